/**
 * A token bucket shared by all streams of a job at one end. `take` says how long to wait before the
 * bytes may move; debts are allowed so that one block larger than the bucket still passes, later.
 */
export class RateLimit {
  readonly bytesPerSecond: number;
  readonly #burstBytes: number;
  readonly #nowMs: () => number;
  #balance: number;
  #lastMs: number;

  /** @param bytesPerSecond > 0. What a tenth of a second did not use may be made up for, no more. */
  constructor(bytesPerSecond: number, nowMs: () => number = () => performance.now()) {
    this.bytesPerSecond = bytesPerSecond;
    this.#burstBytes = bytesPerSecond / 10;
    this.#balance = 0;
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
  }

  /** `bytes` that were taken did not move after all. */
  giveBack(bytes: number): void {
    this.#balance += bytes;
  }

  /** Takes `bytes` now and returns the milliseconds to wait before they move; 0 when there is room. */
  take(bytes: number): number {
    const now = this.#nowMs();
    const earned = ((now - this.#lastMs) / 1000) * this.bytesPerSecond;
    this.#lastMs = now;
    this.#balance = Math.min(this.#burstBytes, this.#balance + earned) - bytes;
    return this.#balance >= 0 ? 0 : (-this.#balance / this.bytesPerSecond) * 1000;
  }
}
