import type { JobId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { JobParts } from './job-parts.ts';
import type { Sending } from './sending-job.ts';

/** A destination that is linked and says nothing of a job for this long is asked: the last word may be lost. */
export const SILENT_MS = 20_000;
const LOOK_MS = 5_000;

/**
 * What destinations tell are hints, and any of them may be lost with its connection or its process. Asks again
 * about every job that was not heard of for a while; it ends with the engine.
 */
export class SilentJobs {
  readonly #parts: Pick<JobParts, 'links' | 'signal'>;
  readonly #list: () => Iterable<Sending>;
  readonly #ask: (sending: Sending, link: Link) => void;
  /** When each was heard of or asked about last, by `performance.now()`. */
  readonly #heardMs = new Map<JobId, number>();

  constructor(
    parts: Pick<JobParts, 'links' | 'signal'>,
    list: () => Iterable<Sending>,
    ask: (sending: Sending, link: Link) => void,
  ) {
    this.#parts = parts;
    this.#list = list;
    this.#ask = ask;
    const timer = setInterval(() => this.look(performance.now()), LOOK_MS).unref();
    parts.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** Its destination has said something of a job. */
  heard(job: JobId): void {
    this.#heardMs.set(job, performance.now());
  }

  /** Asks about jobs that are silent at `nowMs`. */
  look(nowMs: number): void {
    const open = new Set<JobId>();
    for (const sending of this.#list()) {
      const { job } = sending.live.key;
      open.add(job);
      const link = sending.pullerId === null ? null : this.#parts.links.get(sending.pullerId);
      const heardMs = this.#heardMs.get(job) ?? nowMs;
      this.#heardMs.set(job, heardMs);
      if (link === null || sending.isLooking || nowMs - heardMs < SILENT_MS) continue;
      this.#heardMs.set(job, nowMs);
      this.#ask(sending, link);
    }
    for (const job of this.#heardMs.keys()) if (!open.has(job)) this.#heardMs.delete(job);
  }
}
