import { MAX_HANDSHAKES_AT_ONCE } from '../wire/limits.ts';

/**
 * Longest time one handshake keeps its slot. The work is done in milliseconds; a client that then stays
 * silent keeps its socket until the deadline, but must not keep others from their turn.
 */
const SLOT_MS = 500;

/** Lets a few handshakes run at once, the others wait in order of arrival. */
export class HandshakeSlots {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  /** Calls `begin` once a slot is free, with the function that frees it (safe to call twice). */
  enter(begin: (leave: () => void) => void): void {
    const run = () => {
      this.#busy += 1;
      let isIn = true;
      const leave = () => {
        if (!isIn) return;
        isIn = false;
        clearTimeout(timer);
        this.#busy -= 1;
        this.#waiting.shift()?.();
      };
      const timer = setTimeout(leave, SLOT_MS);
      begin(leave);
    };
    if (this.#busy < MAX_HANDSHAKES_AT_ONCE) run();
    else this.#waiting.push(run);
  }
}
