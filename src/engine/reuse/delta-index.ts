import { randomInt } from 'node:crypto';
import type { BlockSums } from '../wire/data-delta.ts';
import { type BlockSum, leavingTable, type SumFilter, strongSum, windowOf } from './delta-sums.ts';

/** Blocks of one weak sum that are told apart by their strong one; of more, the others are not found. */
const MAX_SAME_WEAK = 8;
/** Bits of the filter for each block: one offset in 128 is looked up in vain. */
const FILTER_BITS_PER_BLOCK = 128;
const MIN_FILTER_EXPONENT = 10;
/** 128 KiB: stays in the cache of a core. */
const MAX_FILTER_EXPONENT = 20;

/**
 * Blocks by their sums. The place of a sum depends on a secret number, so that nobody can make sums that all
 * fall together; those with equal weak sums are kept only up to a few.
 */
export class SumIndex implements SumFilter {
  readonly blockBytes: number;
  readonly count: number;
  readonly window: number;
  readonly leaving: Int32Array;
  readonly bits: Uint32Array;
  readonly salt = randomInt(2 ** 31) * 2 + 1;
  readonly shift: number;
  readonly #sums: BlockSums;
  /** By salted sum: one more than the first block; 0 for none. */
  readonly #first: Int32Array;
  readonly #firstShift: number;
  /** By block: one more than the next block of the same place. */
  readonly #next: Int32Array;

  /** As the strong sums were made. */
  readonly blockSum: BlockSum;

  constructor(sums: BlockSums, blockSum: BlockSum = strongSum) {
    this.#sums = sums;
    this.blockSum = blockSum;
    this.blockBytes = sums.blockBytes;
    this.count = sums.weak.length;
    this.window = windowOf(sums.blockBytes);
    this.leaving = leavingTable(this.window);
    const wantedBits = Math.ceil(Math.log2(Math.max(1, this.count * FILTER_BITS_PER_BLOCK)));
    const exponent = Math.min(MAX_FILTER_EXPONENT, Math.max(MIN_FILTER_EXPONENT, wantedBits));
    this.shift = 32 - exponent;
    this.bits = new Uint32Array(2 ** (exponent - 5));
    const places = Math.max(1, Math.ceil(Math.log2(Math.max(2, this.count))) + 1);
    this.#firstShift = 32 - places;
    this.#first = new Int32Array(2 ** places);
    this.#next = new Int32Array(this.count);
    // From the end, so that of equal blocks the first is found first.
    for (let block = this.count - 1; block >= 0; block--) this.#add(block);
  }

  #add(block: number): void {
    const weak = this.#sums.weak[block] as number;
    const place = Math.imul(weak, this.salt) >>> this.#firstShift;
    let same = 0;
    for (let other = this.#first[place] as number; other > 0; other = this.#next[other - 1] as number) {
      if (this.#sums.weak[other - 1] !== weak) continue;
      if (this.#sums.strong[other - 1] === this.#sums.strong[block]) {
        same = MAX_SAME_WEAK;
        break;
      }
      same += 1;
    }
    // A block like one that is found already, or one of too many with the same weak sum.
    if (same >= MAX_SAME_WEAK) return;
    this.#next[block] = this.#first[place] as number;
    this.#first[place] = block + 1;
    const bit = Math.imul(weak, this.salt) >>> this.shift;
    this.bits[bit >>> 5] = (this.bits[bit >>> 5] as number) | (1 << (bit & 31));
  }

  /** Whether any block has this weak sum. */
  hasWeak(weak: number): boolean {
    return this.#find(weak >>> 0, null) >= 0;
  }

  /** A block with these sums, or -1. */
  find(weak: number, strong: number): number {
    return this.#find(weak >>> 0, strong);
  }

  #find(weak: number, strong: number | null): number {
    const place = Math.imul(weak, this.salt) >>> this.#firstShift;
    for (let other = this.#first[place] as number; other > 0; other = this.#next[other - 1] as number) {
      const block = other - 1;
      if (this.#sums.weak[block] !== weak) continue;
      if (strong === null || this.#sums.strong[block] === strong) return block;
    }
    return -1;
  }

  /** Whether exactly this block has this sum: of one that is expected the weak one would say nothing new. */
  is(block: number, strong: number): boolean {
    return this.#sums.strong[block] === strong;
  }
}
