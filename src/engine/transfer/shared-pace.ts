/** The memory of a pace, to be given to other threads. */
export type PaceMemory = SharedArrayBuffer;

/** What a tenth of a second did not use may be made up for, as with a limit of one job. */
const BURST_NS = 100_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000;
/** Fields of the memory: bytes per second (0 is no limit), and the time until which what was taken pays. */
const [RATE, PAID_UNTIL] = [0, 1];

/**
 * One speed for all that an engine moves, in both directions: changed by one thread, kept to by all, at once. The
 * generic cell rate algorithm (ITU-T I.371) on a clock that all threads of a process share.
 */
export class SharedPace {
  readonly memory: PaceMemory;
  readonly #fields: BigInt64Array;
  readonly #nowNs: () => bigint;

  constructor(
    memory: PaceMemory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT),
    nowNs: () => bigint = () => process.hrtime.bigint(),
  ) {
    this.memory = memory;
    this.#fields = new BigInt64Array(memory);
    this.#nowNs = nowNs;
  }

  /** From now on; null is as fast as it goes. What waits for the old pace waits no longer than its one piece. */
  set(bytesPerSecond: number | null): void {
    Atomics.store(this.#fields, PAID_UNTIL, 0n);
    Atomics.store(this.#fields, RATE, BigInt(Math.ceil(bytesPerSecond ?? 0)));
  }

  /** Takes `bytes` now and returns the milliseconds to wait before they move; 0 when there is room. */
  take(bytes: number): number {
    const rate = Atomics.load(this.#fields, RATE);
    if (rate === 0n) return 0;
    const nowNs = this.#nowNs();
    const cost = (BigInt(bytes) * NS_PER_SECOND) / rate;
    const until = this.#move((paid) => (paid > nowNs - BURST_NS ? paid : nowNs - BURST_NS) + cost);
    return until <= nowNs ? 0 : Number(until - nowNs) / NS_PER_MS;
  }

  /** `bytes` that were taken did not move after all. */
  giveBack(bytes: number): void {
    const rate = Atomics.load(this.#fields, RATE);
    if (rate > 0n) this.#move((paid) => paid - (BigInt(bytes) * NS_PER_SECOND) / rate);
  }

  /** What it is now, made of what it was, whoever else changes it meanwhile. */
  #move(next: (paidUntilNs: bigint) => bigint): bigint {
    for (;;) {
      const before = Atomics.load(this.#fields, PAID_UNTIL);
      const after = next(before);
      if (Atomics.compareExchange(this.#fields, PAID_UNTIL, before, after) === before) return after;
    }
  }
}
