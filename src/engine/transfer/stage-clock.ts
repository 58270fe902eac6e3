import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { StageTimes } from '../../shared/job.ts';
import { runnableMs } from './runnable-time.ts';

/** Stages that are timed where they happen; `write` is disk work on the thread pool, beside the thread. */
export type TimedStage = 'disk' | 'write' | 'hash' | 'listing' | 'sync' | 'limited';

/**
 * Where the time of one end goes. Work on disk, hashes and listings is timed round synchronous calls; what
 * else keeps the thread busy is cipher and socket, and its idle time is waiting for the other end. Node
 * measures busy and idle per thread, so timing every 16 KiB that comes in is not needed. With several jobs
 * in one worker the shares of busy and idle are those of the worker.
 * One clock per job and thread; milliseconds inside, seconds outside.
 */
export class StageClock {
  readonly #start: EventLoopUtilization = performance.eventLoopUtilization();
  readonly #startRunnableMs = runnableMs();
  readonly #ms: Record<TimedStage, number> = { disk: 0, write: 0, hash: 0, listing: 0, sync: 0, limited: 0 };

  /** Adds `ms` to a stage. */
  add(stage: TimedStage, ms: number): void {
    this.#ms[stage] += ms;
  }

  /** Adds the time since `startMs` (of `performance.now()`) and returns now, to chain stages. */
  since(stage: TimedStage, startMs: number): number {
    const now = performance.now();
    this.#ms[stage] += now - startMs;
    return now;
  }

  #runnableMs(): number {
    const nowMs = this.#startRunnableMs === null ? null : runnableMs();
    return nowMs === null || this.#startRunnableMs === null ? 0 : nowMs - this.#startRunnableMs;
  }

  seconds(): StageTimes {
    const { disk, write, hash, listing, sync, limited } = this.#ms;
    const utilization = performance.eventLoopUtilization(this.#start);
    // A thread that is not let run although it has work looks idle to Node, when it was asleep before.
    const active = Math.max(utilization.active, this.#runnableMs());
    const idle = Math.max(0, utilization.active + utilization.idle - active);
    const s = 1e-3;
    return {
      disk: (disk + write) * s,
      hash: hash * s,
      socket: Math.max(0, active - disk - hash - listing) * s,
      waiting: Math.max(0, idle - sync - limited) * s,
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
