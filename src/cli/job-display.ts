import { Failure } from '../shared/failure.ts';
import { ENDED_STATES, type JobView } from '../shared/job.ts';
import { resultFromProgress, toPreflightLine, toProgressLine, toResultLine } from './lines.ts';
import type { Output } from './output.ts';
import { peerLabel, plainProgressLine, progressLine } from './progress-text.ts';
import { resultLines } from './result-text.ts';

/** How often progress is told where nothing else changed: on a terminal, to a script, in a plain log. */
const INTERVAL_MS = { live: 100, json: 500, plain: 5_000 } as const;

/** Shows several jobs at once: live lines on a terminal, JSON lines, or a plain line now and then. */
export class JobDisplay {
  readonly #output: Output;
  readonly #dryRun: boolean;
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #jobs = new Map<string, JobView>();
  readonly #toldMs = new Map<string, number>();
  readonly #ended = new Set<string>();
  readonly #several: boolean;

  /** `now` is a monotonic clock in ms; tests bring their own. */
  constructor(
    output: Output,
    jobs: readonly JobView[],
    dryRun: boolean,
    now: () => number = () => performance.now(),
  ) {
    this.#output = output;
    this.#dryRun = dryRun;
    this.#now = now;
    this.#several = jobs.length > 1;
    const rhythm = output.json ? 'json' : output.interactive ? 'live' : 'plain';
    this.#intervalMs = INTERVAL_MS[rhythm];
  }

  /** Takes a newer view of a job; tells it at once if its state changed, else when it is time again. */
  update(job: JobView): void {
    // a late event must not bring an ended job back to the screen
    if (ENDED_STATES.has(job.state) || this.#ended.has(job.job)) return;
    const before = this.#jobs.get(job.job);
    // The first content is news as well: from then on it moves.
    const changed =
      before === undefined ||
      before.state !== job.state ||
      before.waitingFor !== job.waitingFor ||
      (before.progress.bytes === 0 && job.progress.bytes > 0);
    this.#jobs.set(job.job, job);
    const toldMs = this.#toldMs.get(job.job) ?? Number.NEGATIVE_INFINITY;
    if (!changed && this.#now() - toldMs < this.#intervalMs) return;
    this.#toldMs.set(job.job, this.#now());
    const { interactive, json } = this.#output;
    if (interactive) return this.#redraw();
    // Words and numbers for people take longer to make than a small copy takes.
    this.#output.fact(toProgressLine(job), json ? null : plainProgressLine(job, this.#label(job)));
  }

  /** Tells how a job ended; it is not drawn any more. */
  end(job: JobView): void {
    this.#jobs.delete(job.job);
    this.#ended.add(job.job);
    const result = job.result ?? resultFromProgress(job);
    this.#redraw();
    if (!this.#output.json) {
      for (const line of resultLines(job, this.#label(job), this.#dryRun)) this.#output.text(line);
    }
    if (result.state === 'failed') {
      this.#output.error(
        result.failure === null ? new Failure('internal') : Failure.fromData(result.failure),
      );
    }
    if (!this.#output.json) return this.#redraw();
    if (result.preflight) this.#output.fact(toPreflightLine(job.job, result.preflight), null);
    this.#output.fact(toResultLine(job), null);
    this.#redraw();
  }

  /** Takes the live lines off the screen. */
  clear(): void {
    this.#jobs.clear();
    this.#redraw();
  }

  #redraw(): void {
    const jobs = [...this.#jobs.values()];
    this.#output.live(jobs.map((job) => progressLine(job, this.#output.columns, this.#label(job))));
  }

  #label(job: JobView): string {
    return this.#several ? peerLabel(job) : '';
  }
}
