import type { StageTimes } from '../../shared/job.ts';

export type Stage = keyof StageTimes;

/**
 * Where the time of one end goes. Stages that work are timed by `measure` round synchronous calls; the
 * rest by `add`. One clock per job and thread; sums are in milliseconds inside, seconds outside.
 */
export class StageClock {
  readonly #ms: Record<Stage, number> = {
    disk: 0,
    hash: 0,
    socket: 0,
    waiting: 0,
    limited: 0,
    listing: 0,
    sync: 0,
  };

  /** Adds `ms` to a stage. */
  add(stage: Stage, ms: number): void {
    this.#ms[stage] += ms;
  }

  /** Adds the time since `startMs` (of `performance.now()`) and returns now, to chain stages. */
  since(stage: Stage, startMs: number): number {
    const now = performance.now();
    this.#ms[stage] += now - startMs;
    return now;
  }

  seconds(): StageTimes {
    const { disk, hash, socket, waiting, limited, listing, sync } = this.#ms;
    const s = 1e-3;
    return {
      disk: disk * s,
      hash: hash * s,
      socket: socket * s,
      waiting: waiting * s,
      limited: limited * s,
      listing: listing * s,
      sync: sync * s,
    };
  }
}

export const NO_TIMES: StageTimes = {
  disk: 0,
  hash: 0,
  socket: 0,
  waiting: 0,
  limited: 0,
  listing: 0,
  sync: 0,
};
