import type { SpeedSeries } from '../../shared/job.ts';

interface Bucket {
  bytes: number;
  /** How much of the bucket's time it was running. */
  activeMs: number;
}

/** What happens when the time outgrows the buckets: old ones go, or all become twice as wide. */
type Growth = 'slide' | 'double';

/** Bytes over time in at most `limit` buckets of one width. */
export class SpeedBuckets {
  readonly #limit: number;
  readonly #growth: Growth;
  #buckets: Bucket[] = [];
  #startMs: number;
  #stepMs: number;

  constructor(startMs: number, stepMs: number, limit: number, growth: Growth) {
    this.#startMs = startMs;
    this.#stepMs = stepMs;
    this.#limit = limit;
    this.#growth = growth;
  }

  /** `bytes` came evenly between the two times; null: it was paused or waiting. Times never go back. */
  add(fromMs: number, toMs: number, bytes: number | null): void {
    if (toMs <= fromMs) return;
    this.#growTo(toMs);
    let atMs = Math.max(fromMs, this.#startMs);
    while (atMs < toMs) {
      const index = Math.floor((atMs - this.#startMs) / this.#stepMs);
      const endMs = Math.min(toMs, this.#startMs + (index + 1) * this.#stepMs);
      while (this.#buckets.length <= index) this.#buckets.push({ bytes: 0, activeMs: 0 });
      const bucket = this.#buckets[index];
      if (bucket !== undefined && bytes !== null) {
        bucket.bytes += (bytes * (endMs - atMs)) / (toMs - fromMs);
        bucket.activeMs += endMs - atMs;
      }
      atMs = endMs;
    }
  }

  series(): SpeedSeries {
    const values = this.#buckets.map(({ bytes, activeMs }) =>
      activeMs === 0 ? null : Math.round((bytes * 1000) / activeMs),
    );
    return { startMs: this.#startMs, stepMs: this.#stepMs, values };
  }

  #growTo(toMs: number): void {
    const needed = () => Math.ceil((toMs - this.#startMs) / this.#stepMs);
    if (this.#growth === 'slide') {
      const over = needed() - this.#limit;
      if (over <= 0) return;
      this.#buckets.splice(0, over);
      this.#startMs += over * this.#stepMs;
      return;
    }
    while (needed() > this.#limit) {
      const pairs: Bucket[] = [];
      for (const [index, bucket] of this.#buckets.entries()) {
        const pair = pairs[index >> 1];
        if (pair === undefined) pairs.push({ ...bucket });
        else {
          pair.bytes += bucket.bytes;
          pair.activeMs += bucket.activeMs;
        }
      }
      this.#buckets = pairs;
      this.#stepMs *= 2;
    }
  }
}
