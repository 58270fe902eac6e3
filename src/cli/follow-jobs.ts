import type { EngineSession } from '../daemon/index.ts';
import { EXIT, type ExitCode, exitForFailure, exitForResult, gravestExit } from '../shared/exit-codes.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { JobId } from '../shared/ids.ts';
import { ENDED_STATES, type JobView } from '../shared/job.ts';
import { askConflicts, canAsk } from './ask-conflicts.ts';
import type { Context } from './context.ts';
import { JobDisplay } from './job-display.ts';
import { resultFromProgress } from './lines.ts';
import { networkWarning } from './network-warning.ts';
import { awayNames } from './progress-text.ts';
import { shortJob } from './short-job.ts';

/** How long an engine may take to stop a job when a person wants to leave. */
const INTERRUPT_TIMEOUT_MS = 5_000;

export interface FollowOptions {
  /** Give a job up when its peer has been gone this long; null waits for ever. */
  readonly patienceSeconds: number | null;
  /** Ctrl-C stops the jobs; false only stops watching them. */
  readonly ownsJobs: boolean;
  readonly dryRun: boolean;
}

/**
 * Shows jobs until all have ended, and ends with the gravest of their exit codes. Ctrl-C stops them, keeping
 * what arrived; a peer that stays away longer than the patience ends the watch with 4, a destination that cannot
 * be used for so long with 5 or 7, the job kept.
 * Throws Failure when the engine ends under it.
 */
export async function followJobs(
  context: Context,
  session: EngineSession,
  jobs: readonly JobView[],
  options: FollowOptions,
): Promise<ExitCode> {
  const follower = new JobFollower(context, session, jobs, options);
  return await follower.run();
}

/** Whether the destination cannot be used now. */
function isStuck({ state, waitingFor }: JobView): boolean {
  return state === 'waiting' && (waitingFor === 'space' || waitingFor === 'disk');
}

class JobFollower {
  readonly #context: Context;
  readonly #session: EngineSession;
  readonly #options: FollowOptions;
  readonly #display: JobDisplay;
  readonly #latest: Map<JobId, JobView>;
  readonly #patience = new Map<JobId, NodeJS.Timeout>();
  readonly #lost = new Map<JobId, AbortController>();
  readonly #done = new AbortController();
  /** Jobs whose question is on the screen, or was: each is asked once. */
  readonly #asked = new Map<JobId, AbortController>();
  /** Jobs whose network is or was looked at. */
  readonly #warned = new Map<JobId, Promise<void>>();
  /** One question at a time. */
  #asking: Promise<void> = Promise.resolve();
  #isAsking = false;

  constructor(context: Context, session: EngineSession, jobs: readonly JobView[], options: FollowOptions) {
    this.#context = context;
    this.#session = session;
    this.#options = options;
    this.#latest = new Map(jobs.map((job) => [job.job, job]));
    this.#display = new JobDisplay(context.output, jobs, options.dryRun);
    for (const { job } of jobs) this.#lost.set(job, new AbortController());
  }

  async run(): Promise<ExitCode> {
    const { api } = this.#session;
    try {
      api.subscribe(({ event }) => {
        if (event.kind === 'job-changed' && this.#latest.has(event.job.job)) this.#note(event.job);
      }, this.#done.signal);
      const ids = [...this.#latest.keys()];
      const exits = await Promise.all(ids.map((job) => this.#followOne(job)));
      return gravestExit(exits);
    } catch (error) {
      if (!this.#context.signal.aborted) throw error;
      this.#display.clear();
      return await this.#leave();
    } finally {
      this.#done.abort();
      for (const timer of this.#patience.values()) clearTimeout(timer);
      this.#display.clear();
    }
  }

  #note(job: JobView): void {
    const before = this.#latest.get(job.job);
    if (before !== undefined && ENDED_STATES.has(before.state)) return;
    this.#latest.set(job.job, job);
    if (!this.#isAsking) this.#display.update(job);
    this.#noteQuestion(job);
    if (job.state === 'running') void this.#warnOnce(job);
    const { patienceSeconds } = this.#options;
    // who waits for a first receiver (no peer yet) has lost nobody
    const gone = job.state === 'waiting' && job.waitingFor === 'peer' && job.peer !== null;
    if ((!gone && !isStuck(job)) || patienceSeconds === null) {
      clearTimeout(this.#patience.get(job.job));
      this.#patience.delete(job.job);
    } else if (!this.#patience.has(job.job)) {
      const timer = setTimeout(() => this.#lost.get(job.job)?.abort(), patienceSeconds * 1000);
      this.#patience.set(job.job, timer);
    }
  }

  /** Said once, beside what the command does. */
  async #warnOnce(job: JobView): Promise<void> {
    const warned = this.#warned.get(job.job) ?? this.#warn(job);
    this.#warned.set(job.job, warned);
    await warned;
  }

  async #warn(job: JobView): Promise<void> {
    const warning = await networkWarning(this.#session.api, job, this.#done.signal).catch(() => null);
    if (warning !== null && !this.#done.signal.aborted) this.#context.output.note(warning);
  }

  /** A person who watches a job that asks is asked here; somebody else may answer first. */
  #noteQuestion({ job, role, question }: JobView): void {
    if (question === null) {
      this.#asked.get(job)?.abort();
    } else if (role === 'destination' && !this.#asked.has(job) && canAsk(this.#context)) {
      const answered = new AbortController();
      this.#asked.set(job, answered);
      this.#asking = this.#asking.then(() => this.#ask(job, answered.signal));
    }
  }

  async #ask(job: JobId, answered: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([this.#context.signal, this.#done.signal, answered]);
    const question = this.#latest.get(job)?.question ?? null;
    if (question === null || signal.aborted) return;
    this.#isAsking = true;
    this.#display.clear();
    try {
      const policy = await askConflicts(this.#context, question, signal);
      await this.#session.api.call('jobs.answer', { job, policy, choices: [] }, signal);
    } catch (error) {
      const failure = toFailure(error);
      // Answered elsewhere, or over.
      if (!signal.aborted && failure.code !== 'usage') this.#context.output.error(failure);
    } finally {
      this.#isAsking = false;
    }
  }

  async #followOne(job: JobId): Promise<ExitCode> {
    const { api } = this.#session;
    const lost = this.#lost.get(job)?.signal ?? this.#done.signal;
    const signal = AbortSignal.any([this.#context.signal, this.#done.signal, lost]);
    try {
      const now = await api.call('jobs.get', { job }, signal);
      if (!ENDED_STATES.has(now.state)) this.#note(now);
      const ended = await api.call('jobs.wait', { job }, signal);
      this.#latest.set(job, ended);
      clearTimeout(this.#patience.get(job));
      if (ended.state === 'done' || ended.state === 'partial') await this.#warnOnce(ended);
      this.#display.end(ended);
      return exitForResult(ended.result ?? resultFromProgress(ended));
    } catch (error) {
      if (this.#context.signal.aborted || !lost.aborted) throw error;
      return await this.#giveUp(job);
    }
  }

  /**
   * The peer has been gone, or the destination full, for too long. An engine of our own would end with us, so the
   * job is put to rest.
   */
  async #giveUp(job: JobId): Promise<ExitCode> {
    const view = this.#latest.get(job);
    if (this.#session.hosting) await this.#interrupt(job);
    const failure = this.#whyGivenUp(job, view);
    this.#display.clear();
    this.#context.output.error(failure);
    return exitForFailure(failure.code);
  }

  #whyGivenUp(job: JobId, view: JobView | undefined): Failure {
    const kept = `job ${shortJob(job)} is kept`;
    const why = view?.waitingDetail?.why;
    if (why !== undefined) return new Failure(why.code, { ...why, reason: kept });
    return new Failure('peer-gone', {
      ...(view?.peer ? { subject: awayNames(view) } : {}),
      reason: `${this.#options.patienceSeconds ?? 0} s without it, ${kept}`,
    });
  }

  async #interrupt(job: JobId): Promise<void> {
    const signal = AbortSignal.timeout(INTERRUPT_TIMEOUT_MS);
    // a job that has ended meanwhile, or an engine that does not answer, must not keep a person here
    await this.#session.api.call('jobs.interrupt', { job }, signal).catch(() => undefined);
    // An engine that goes on without us would go on with the job too.
    if (!this.#session.hosting)
      await this.#session.api.call('jobs.pause', { job }, signal).catch(() => undefined);
  }

  async #leave(): Promise<ExitCode> {
    const running = [...this.#latest.values()].filter(({ state }) => !ENDED_STATES.has(state));
    if (this.#options.ownsJobs) await Promise.all(running.map(({ job }) => this.#interrupt(job)));
    const names = running.map(({ job }) => shortJob(job)).join(', ');
    const { output } = this.#context;
    if (this.#options.ownsJobs || output.json)
      output.error(new Failure('interrupted', { reason: `job ${names}` }));
    else output.note(`Not watching any more; the job goes on. \`ferry wait ${names}\` watches it again.`);
    return EXIT.interrupted;
  }
}
