import type { Copy } from '../wire/data-delta.ts';
import type { SumIndex } from './delta-index.ts';
import { rollByte, rollOn, weakSum } from './delta-sums.ts';
import type { ReadRequest, SearchWindow } from './delta-window.ts';

/** What is searched: offsets in the file. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Blocks that are hashed in vain beside those that the length of what is searched pays for. */
const SPARE_CHECKS = 16;

/**
 * Finds blocks at any offset. A weak sum that was right in vain costs the hash of a block; what such hashes may
 * cost in all is bounded by the length searched, so that no list of sums makes a search twice as long.
 */
class Finder {
  readonly #window: SearchWindow;
  readonly #index: SumIndex;
  readonly #to: number;
  #vainBytesLeft: number;

  constructor(window: SearchWindow, index: SumIndex, { from, to }: Range) {
    this.#window = window;
    this.#index = index;
    this.#to = to;
    this.#vainBytesLeft = to - from + SPARE_CHECKS * index.blockBytes;
  }

  /** Whether the block at `offset`, which is held, is that of the old version. */
  is(offset: number, block: number): boolean {
    const { blockBytes, blockSum } = this.#index;
    const at = this.#window.indexOf(offset);
    return this.#index.is(block, blockSum(this.#window.bytes.subarray(at, at + blockBytes)));
  }

  /** The first block found from `offset` on; null: there is none, or the search has cost enough. */
  *next(offset: number): Generator<ReadRequest, { readonly at: number; readonly block: number } | null> {
    const { blockBytes, blockSum, window, leaving } = this.#index;
    const { bytes } = this.#window;
    let vainSum: number | null = null;
    for (let from = offset; from + blockBytes <= this.#to; ) {
      yield* this.#window.hold(from, blockBytes);
      const base = this.#window.indexOf(0);
      const first = from + base;
      // Up to here a whole block is held.
      const last = Math.min(this.#to, this.#window.heldTo) - blockBytes + base;
      const rolling = { at: first, sum: weakSum(bytes, first, window) | 0 };
      while (rollOn(rolling, bytes, last, window, leaving, this.#index)) {
        // In a run of equal bytes the sum stays what it is: once in vain is enough.
        if (rolling.sum !== vainSum && this.#index.hasWeak(rolling.sum)) {
          const strong = blockSum(bytes.subarray(rolling.at, rolling.at + blockBytes));
          const block = this.#index.find(rolling.sum, strong);
          if (block >= 0) return { at: rolling.at - base, block };
          this.#vainBytesLeft -= blockBytes;
          if (this.#vainBytesLeft < 0) return null;
          vainSum = rolling.sum;
        }
        if (rolling.at >= last) {
          rolling.at += 1;
          break;
        }
        rollByte(rolling, bytes, window, leaving);
      }
      from = last + 1 - base;
    }
    return null;
  }
}

/** Copies in the making: neighbours become one. */
class CopyList {
  readonly copies: { at: number; block: number; blocks: number }[] = [];
  readonly #from: number;
  readonly #blockBytes: number;

  constructor(from: number, blockBytes: number) {
    this.#from = from;
    this.#blockBytes = blockBytes;
  }

  add(offset: number, block: number): void {
    const at = offset - this.#from;
    const last = this.copies.at(-1);
    const continues =
      last !== undefined &&
      last.at + last.blocks * this.#blockBytes === at &&
      last.block + last.blocks === block;
    if (continues) last.blocks += 1;
    else this.copies.push({ at, block, blocks: 1 });
  }
}

/**
 * Searches a part of a file for blocks of its old version, in one pass: after a match the block that came next
 * is expected, after an edit in place the one after it, and only where neither is there the sum is rolled. Yields
 * what has to be read. Offsets of the copies count from `from`.
 */
export function* findCopies(
  window: SearchWindow,
  range: Range,
  index: SumIndex,
): Generator<ReadRequest, readonly Copy[]> {
  const { blockBytes, count } = index;
  const { from, to } = range;
  const finder = new Finder(window, index, range);
  const list = new CopyList(from, blockBytes);
  let expected = 0;
  for (let at = from; at + blockBytes <= to; ) {
    const isTwo = at + 2 * blockBytes <= to;
    yield* window.hold(at, isTwo ? 2 * blockBytes : blockBytes);
    if (expected < count && finder.is(at, expected)) {
      list.add(at, expected);
      at += blockBytes;
    } else if (isTwo && expected + 1 < count && finder.is(at + blockBytes, expected + 1)) {
      expected += 1;
      list.add(at + blockBytes, expected);
      at += 2 * blockBytes;
    } else {
      const found = yield* finder.next(at);
      if (found === null) break;
      list.add(found.at, found.block);
      at = found.at + blockBytes;
      expected = found.block;
    }
    expected += 1;
  }
  return list.copies;
}

/** How many blocks are found in a part of a file, wherever they are. Yields what has to be read. */
export function* countBlocks(
  window: SearchWindow,
  range: Range,
  index: SumIndex,
): Generator<ReadRequest, number> {
  const finder = new Finder(window, index, range);
  let found = 0;
  for (let at = range.from; ; ) {
    const next = yield* finder.next(at);
    if (next === null) return found;
    found += 1;
    at = next.at + index.blockBytes;
  }
}
