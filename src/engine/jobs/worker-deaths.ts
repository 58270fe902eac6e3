import type { LiveJob } from './job-book.ts';

/** A job that was in the hands of so many data workers that died may be what kills them. */
const MAX_DEATHS = 3;

/** How many data workers have died over each job. */
export class WorkerDeaths {
  readonly #deaths = new WeakMap<LiveJob, number>();

  /** Counts one more; whether another worker may have the job. */
  mayGoOn(live: LiveJob): boolean {
    const deaths = (this.#deaths.get(live) ?? 0) + 1;
    this.#deaths.set(live, deaths);
    return deaths <= MAX_DEATHS;
  }
}
