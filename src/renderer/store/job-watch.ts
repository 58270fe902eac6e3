import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import { type LeftStep, TimeLeftHolder } from '../format/time-left.ts';

/** What only time tells of a job. */
export interface JobFacts {
  readonly left: LeftStep | null;
  /** Since when no byte has come although it runs; 0 while bytes come. */
  readonly stillMs: number;
}

interface Watched {
  bytes: number;
  files: number;
  movedMs: number;
  readonly left: TimeLeftHolder;
}

/** So many jobs are remembered; beyond that the oldest is forgotten and starts anew. */
const MAX_WATCHED = 2_000;

/** Remembers of each job what one view of it does not say, however often its row comes and goes. */
export class JobWatch {
  readonly #watched = new Map<string, Watched>();

  #of(job: string, nowMs: number): Watched {
    const found = this.#watched.get(job);
    if (found !== undefined) return found;
    const added = { bytes: -1, files: -1, movedMs: nowMs, left: new TimeLeftHolder() };
    this.#watched.set(job, added);
    const [oldest] = this.#watched.keys();
    if (this.#watched.size > MAX_WATCHED && oldest !== undefined) this.#watched.delete(oldest);
    return added;
  }

  /** Safe to call as often as one likes; only what moves on counts. */
  look(job: JobView, nowMs: number): JobFacts {
    const watched = this.#of(job.job, nowMs);
    const { bytes, files, secondsLeft } = job.progress;
    if (bytes !== watched.bytes || files !== watched.files || job.state !== 'running') {
      watched.bytes = bytes;
      watched.files = files;
      watched.movedMs = nowMs;
    }
    return {
      left: watched.left.update(job.state === 'running' ? secondsLeft : null, nowMs, job.sinceMs),
      stillMs: ENDED_STATES.has(job.state) ? 0 : Math.max(0, nowMs - watched.movedMs),
    };
  }

  forget(job: string): void {
    this.#watched.delete(job);
  }
}

/** The one of the app. */
export const jobWatch = new JobWatch();
