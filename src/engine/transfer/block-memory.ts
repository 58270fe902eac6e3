import { BLOCK_BYTES } from '../wire/data-frame.ts';

/** Kept for the next file, at most. */
const MOST_KEPT = 80;
const KEPT_MS = 10_000;

/**
 * Memory of 1 MiB each that edited files of this thread have been put together in. The next file uses it again:
 * for fresh memory the system has to find pages, and its garbage collector looks through everything each time
 * some of it was asked for.
 */
class BlockMemory {
  #free: Buffer[] = [];
  #forget: NodeJS.Timeout | null = null;

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  /** Takes over blocks that nobody reads or writes any more. */
  give(blocks: Iterable<Buffer>): void {
    this.#free.push(...blocks);
    this.#free.length = Math.min(this.#free.length, MOST_KEPT);
    if (this.#forget !== null) clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#free = [];
      this.#forget = null;
    }, KEPT_MS).unref();
  }
}

export const blockMemory = new BlockMemory();
