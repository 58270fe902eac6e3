import type { JobId } from '../../shared/ids.ts';

/** Jobs that can have a share at once; more than run at one device. A job beyond that counts for nobody. */
const SLOTS = 64;
/** A slot: job, device, bytes. */
const FIELDS = 3;
const JOB_DIGITS = 15;

/** The memory of a ledger, to be given to other threads. */
export type LedgerMemory = SharedArrayBuffer;

/**
 * What running jobs will still write, by file system, so that two of them do not count on the same free bytes.
 * Shared by all threads of an engine: each job writes its own slot, everybody reads all.
 */
export class SpaceLedger {
  readonly memory: LedgerMemory;
  readonly #slots: BigInt64Array;

  constructor(
    memory: LedgerMemory = new SharedArrayBuffer(SLOTS * FIELDS * BigInt64Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#slots = new BigInt64Array(memory);
  }

  /** A job will write `bytes` more to the file system `device`; instead of what it said before. */
  need(job: JobId, device: bigint, bytes: number): void {
    const key = keyOf(job);
    const at = this.#find(key) ?? this.#take(key);
    if (at === null) return;
    Atomics.store(this.#slots, at + 1, BigInt.asIntN(64, device));
    Atomics.store(this.#slots, at + 2, BigInt(Math.ceil(bytes)));
  }

  /** A job writes nothing more, for now or for ever. */
  leave(job: JobId): void {
    const at = this.#find(keyOf(job));
    if (at === null) return;
    Atomics.store(this.#slots, at + 2, 0n);
    Atomics.store(this.#slots, at, 0n);
  }

  /** Bytes that all jobs but this one will still write to the file system `device`. */
  othersNeed(job: JobId, device: bigint): number {
    const key = keyOf(job);
    const wanted = BigInt.asIntN(64, device);
    let bytes = 0n;
    for (let at = 0; at < this.#slots.length; at += FIELDS) {
      const owner = Atomics.load(this.#slots, at);
      if (owner === 0n || owner === key || Atomics.load(this.#slots, at + 1) !== wanted) continue;
      bytes += Atomics.load(this.#slots, at + 2);
    }
    return Number(bytes);
  }

  #find(key: bigint): number | null {
    for (let at = 0; at < this.#slots.length; at += FIELDS) {
      if (Atomics.load(this.#slots, at) === key) return at;
    }
    return null;
  }

  #take(key: bigint): number | null {
    for (let at = 0; at < this.#slots.length; at += FIELDS) {
      if (Atomics.compareExchange(this.#slots, at, 0n, key) === 0n) return at;
    }
    return null;
  }
}

/** Never 0: that is a free slot. */
function keyOf(job: JobId): bigint {
  return BigInt(`0x${job.slice(0, JOB_DIGITS)}`) + 1n;
}
