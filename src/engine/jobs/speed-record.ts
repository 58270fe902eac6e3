import type { JobView, SpeedSeries } from '../../shared/job.ts';
import { SpeedBuckets } from './speed-buckets.ts';

/** The last minute, as finely as progress ticks. */
const RECENT_STEP_MS = 250;
const RECENT_VALUES = 240;
/** The whole job, however long it takes. */
const WHOLE_VALUES = 240;

type Seen = Pick<JobView, 'state' | 'progress'>;

/** How fast one job is, from what is told of it: bounded, however long it runs. Only what was sent counts. */
export class SpeedRecord {
  #buckets: { readonly recent: SpeedBuckets; readonly whole: SpeedBuckets } | null = null;
  #atMs = 0;
  #sentBytes = 0;
  /** The most that was ever said to be there. */
  #mostBytes = 0;
  #isMoving = false;

  /** Takes in how the job looks at `nowMs`; nothing is recorded before it runs for the first time. */
  note({ state, progress }: Seen, nowMs: number): void {
    const sentBytes = sentOf(progress);
    if (this.#buckets === null) {
      this.#sentBytes = sentBytes;
      this.#mostBytes = Math.max(this.#mostBytes, sentBytes);
      if (state !== 'running') return;
      this.#buckets = {
        recent: new SpeedBuckets(nowMs, RECENT_STEP_MS, RECENT_VALUES, 'slide'),
        whole: new SpeedBuckets(nowMs, RECENT_STEP_MS, WHOLE_VALUES, 'double'),
      };
      this.#atMs = nowMs;
      this.#isMoving = true;
      return;
    }
    const toMs = Math.max(this.#atMs, nowMs);
    const isMoving = state === 'running' || state === 'finishing';
    const isOnlyState = sentBytes === this.#sentBytes && isMoving === this.#isMoving;
    // A change of something else in the middle of a tick says nothing of the speed.
    if (isOnlyState && toMs - this.#atMs < RECENT_STEP_MS) return;
    const bytes = this.#cameSince(sentBytes, progress.bytesPerSecond, toMs - this.#atMs);
    const moved = this.#isMoving || bytes > 0 ? bytes : null;
    this.#buckets.recent.add(this.#atMs, toMs, moved);
    this.#buckets.whole.add(this.#atMs, toMs, moved);
    this.#atMs = toMs;
    this.#sentBytes = sentBytes;
    this.#mostBytes = Math.max(this.#mostBytes, sentBytes);
    this.#isMoving = isMoving;
  }

  /**
   * How much was sent since the last time. A job that is listed anew begins to count from nothing, and what it has
   * kept comes back at once: up to where it was, no more counts than its own speed allows for.
   */
  #cameSince(sentBytes: number, bytesPerSecond: number, ms: number): number {
    const known = Math.max(0, Math.min(sentBytes, this.#mostBytes) - this.#sentBytes);
    const beyond = Math.max(0, sentBytes - Math.max(this.#sentBytes, this.#mostBytes));
    return Math.min(known, (bytesPerSecond * ms) / 1_000) + beyond;
  }

  /** Null before the first byte. A pause that lasts is told up to `nowMs`. */
  series(nowMs: number): { readonly recent: SpeedSeries; readonly whole: SpeedSeries } | null {
    if (this.#buckets === null) return null;
    if (!this.#isMoving && nowMs > this.#atMs) {
      this.#buckets.recent.add(this.#atMs, nowMs, null);
      this.#buckets.whole.add(this.#atMs, nowMs, null);
      this.#atMs = nowMs;
    }
    return { recent: this.#buckets.recent.series(), whole: this.#buckets.whole.series() };
  }
}

/** What is already there, cloned or taken from an older version comes at once and is no speed. */
function sentOf({ bytes, from }: JobView['progress']): number {
  return Math.max(0, bytes - from.there - from.here - from.older);
}

/** Of a job that has not moved anything. */
export function noSpeeds(atMs: number): { readonly recent: SpeedSeries; readonly whole: SpeedSeries } {
  const none = { startMs: atMs, stepMs: RECENT_STEP_MS, values: [] };
  return { recent: none, whole: none };
}
