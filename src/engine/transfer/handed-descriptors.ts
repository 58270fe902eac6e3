import { fs } from '../disk/fs.ts';

/** Whose a descriptor is that one thread hands to another: whoever sets this first. */
export type FirstTaker = Int32Array;

const OPEN = 0;
const TAKEN = 1;

/** True for the first thread that asks, false for all others. */
export function takeFirst(taken: FirstTaker): boolean {
  return Atomics.compareExchange(taken, 0, OPEN, TAKEN) === OPEN;
}

/**
 * Descriptors on their way to other threads. A thread that is ended leaves the messages it has not read, and
 * nobody else knows of the descriptors in them: these are closed here.
 */
export class HandedDescriptors<Owner> {
  readonly #underWay = new Map<
    number,
    { readonly owner: Owner; readonly fd: number; readonly taken: FirstTaker }
  >();

  /** Notes a descriptor under a number of its own; its receiver must take it (`takeFirst`) before it is touched. */
  hand(call: number, fd: number, owner: Owner): FirstTaker {
    const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#underWay.set(call, { owner, fd, taken });
    return taken;
  }

  /** It has arrived, and is its receiver's. */
  arrived(call: number): void {
    this.#underWay.delete(call);
  }

  /** `owner` has ended: closes what it had not taken. */
  ended(owner: Owner): void {
    for (const [call, handed] of this.#underWay) {
      if (handed.owner !== owner) continue;
      this.#underWay.delete(call);
      if (takeFirst(handed.taken)) fs.closeSync(handed.fd);
    }
  }
}
