const MIB = 1024 * 1024;
/** One block on its way and one behind it: less would leave the link idle between two. */
const LEAST_BYTES = 2 * MIB;
/** Enough to cover the delay of a LAN and of a slow answer. */
const MOST_BYTES = 8 * MIB;
const STEP_BYTES = MIB;
/** An answer that comes sooner leaves room for more wants; one that comes later has waited behind too many. */
const SOON_MS = 150;
const LATE_MS = 250;

/**
 * How much may be asked for ahead on one connection: as much as comes within about a quarter of a second. What has
 * been asked for arrives even after a pause, and everything else on a slow link waits behind it. Begins small and
 * grows with every answer that comes soon, as congestion windows by delay do (TCP Vegas).
 */
export class WantWindow {
  #bytes = LEAST_BYTES;

  /** Bytes that may be asked for and not yet there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** An answer came so long after it was asked for. */
  answered(afterMs: number): void {
    if (afterMs < SOON_MS) this.#bytes = Math.min(MOST_BYTES, this.#bytes + STEP_BYTES);
    else if (afterMs > LATE_MS) this.#bytes = Math.max(LEAST_BYTES, this.#bytes - STEP_BYTES);
  }
}
