/** Of sampled blocks, and of the whole file: with less in common the file is sent whole. */
const LEAST_SHARE = 0.02;

/** Whether so little was found that a delta is not worth its sums. */
export function isTooDifferent(found: number, expected: number): boolean {
  return expected > 0 && found < expected * LEAST_SHARE;
}

/** Content between two looks: shorter ones say more about buffers than about the link. */
const MEASURED_BYTES = 32 * 1024 * 1024;

/**
 * Whether a file is better sent whole: where the link brings content faster than the old version can be read
 * and summed here, a delta cannot win. Null: not measured yet.
 */
export function isLinkFaster(linkBytesPerSecond: number | null, sumBytesPerSecond: number | null): boolean {
  return linkBytesPerSecond !== null && sumBytesPerSecond !== null && linkBytesPerSecond > sumBytesPerSecond;
}

/** The best that the link has been seen to do, from a counter of content that came over it. */
export class LinkSpeed {
  readonly #movedBytes: () => number;
  readonly #nowMs: () => number;
  #lastBytes: number;
  #lastMs: number;
  bytesPerSecond: number | null = null;

  constructor(movedBytes: () => number, nowMs: () => number) {
    this.#movedBytes = movedBytes;
    this.#nowMs = nowMs;
    this.#lastBytes = movedBytes();
    this.#lastMs = nowMs();
  }

  /** To be called now and then. */
  look(): void {
    const bytes = this.#movedBytes() - this.#lastBytes;
    const ms = this.#nowMs() - this.#lastMs;
    if (bytes < MEASURED_BYTES || ms <= 0) return;
    this.bytesPerSecond = Math.max(this.bytesPerSecond ?? 0, (bytes / ms) * 1000);
    this.#lastBytes += bytes;
    this.#lastMs += ms;
  }
}
