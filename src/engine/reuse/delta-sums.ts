import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { type BlockSums, MAX_SUM_BLOCK_BYTES, MAX_SUMS } from '../wire/data-delta.ts';

/**
 * Sums of blocks, after rsync (Tridgell and Mackerras, "The rsync algorithm", 1996): a weak one that can be
 * rolled along by a byte and a strong one that decides. Other than there, the weak one covers only the start of
 * a block, so that what has not changed costs one strong hash and nothing else; and it is a polynomial modulo
 * 2^32 (Karp and Rabin, 1987), of which the upper bits are good ones.
 */

/** Bytes at the start of a block that its weak sum covers, at most. */
const WINDOW_BYTES = 1024;
/** Odd; the golden ratio in 32 bits (Knuth, The Art of Computer Programming, volume 3, 6.4). */
const FACTOR = 0x9e3779b1 | 0;

/** Bytes that the weak sum of a block covers: never all, so that the byte after them is in memory. */
export function windowOf(blockBytes: number): number {
  return Math.min(blockBytes / 2, WINDOW_BYTES);
}

const FACTOR_2 = Math.imul(FACTOR, FACTOR);
const FACTOR_3 = Math.imul(FACTOR_2, FACTOR);
const FACTOR_4 = Math.imul(FACTOR_3, FACTOR);

/** The weak sum of `length` bytes: what rolling from anywhere must also give. */
export function weakSum(bytes: Uint8Array, start: number, length: number): number {
  let sum = 0;
  let at = start;
  // Four at a time: one multiplication has to wait for the one before, those of the bytes do not.
  for (const end = start + length - 3; at < end; at += 4) {
    const high = Math.imul(bytes[at] as number, FACTOR_3) + Math.imul(bytes[at + 1] as number, FACTOR_2);
    const low = Math.imul(bytes[at + 2] as number, FACTOR) + (bytes[at + 3] as number);
    sum = (Math.imul(sum, FACTOR_4) + high + low) | 0;
  }
  for (const end = start + length; at < end; at++) {
    sum = (Math.imul(sum, FACTOR) + (bytes[at] as number)) | 0;
  }
  return sum >>> 0;
}

/** A sum of all of a block: together with the weak one 64 bits; the hash of the block of 1 MiB has the last word. */
export type BlockSum = (block: Uint8Array) => number;

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Six bits by the code of their letter (RFC 4648, 5). */
const SIX_BITS = new Uint8Array(128);
for (let bits = 0; bits < BASE64_URL.length; bits++) SIX_BITS[BASE64_URL.charCodeAt(bits)] = bits;

/**
 * The one of long blocks, of which false copies would cost most: the first four bytes of its BLAKE3. Taken from
 * text, since a buffer of native code takes longer to make, and has to be let go of.
 */
export function strongSum(block: Uint8Array): number {
  const text = blake3UrlSafeBase64(block);
  let sum = 0;
  for (let at = 0; at < 5; at++) sum = (sum << 6) | (SIX_BITS[text.charCodeAt(at)] as number);
  return ((sum << 2) | ((SIX_BITS[text.charCodeAt(5)] as number) >>> 4)) >>> 0;
}

let scratch = new Uint32Array(1024);

/**
 * The one of the short blocks in a gap, of which there are so many that calling compiled code would take longer
 * than the sum: MurmurHash3_x86_32 (Appleby, 2011) with seed 0, of blocks of whole words, little-endian.
 */
export function quickSum(block: Uint8Array): number {
  const count = block.length / 4;
  if (count > scratch.length) scratch = new Uint32Array(count);
  new Uint8Array(scratch.buffer).set(block);
  let hash = 0;
  for (let index = 0; index < count; index++) {
    let word = Math.imul(scratch[index] as number, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= block.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** For a window: what a byte that leaves it has added to its sum, by byte. */
export function leavingTable(window: number): Int32Array {
  let power = 1;
  for (let count = 0; count < window; count++) power = Math.imul(power, FACTOR);
  return Int32Array.from({ length: 256 }, (_, byte) => Math.imul(power, byte));
}

/** Where a search stands: the offset in the bytes searched, and the weak sum of the window there. */
export interface Rolling {
  at: number;
  sum: number;
}

/** Set bits for the sums worth a look. */
export interface SumFilter {
  readonly bits: Uint32Array;
  /** Odd, unknown to whoever made the sums. */
  readonly salt: number;
  /** 32 less the number of bits of an index. */
  readonly shift: number;
}

/**
 * Rolls on from `rolling.at` to the first offset up to `last` whose sum may be a wanted one; true: there it
 * stands. False: it stands at `last + 1`, with the sum there when `bytes` reach that far.
 */
export function rollOn(
  rolling: Rolling,
  bytes: Uint8Array,
  last: number,
  window: number,
  leaving: Int32Array,
  { bits, salt, shift }: SumFilter,
): boolean {
  let { at, sum } = rolling;
  for (; at <= last; at++) {
    const bit = Math.imul(sum, salt) >>> shift;
    if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) {
      rolling.at = at;
      rolling.sum = sum;
      return true;
    }
    sum =
      (Math.imul(sum, FACTOR) + (bytes[at + window] as number) - (leaving[bytes[at] as number] as number)) |
      0;
  }
  rolling.at = at;
  rolling.sum = sum;
  return false;
}

/** Moves on by one byte. */
export function rollByte(rolling: Rolling, bytes: Uint8Array, window: number, leaving: Int32Array): void {
  const { at, sum } = rolling;
  rolling.sum =
    (Math.imul(sum, FACTOR) + (bytes[at + window] as number) - (leaving[bytes[at] as number] as number)) | 0;
  rolling.at = at + 1;
}

/**
 * Length of the blocks whose sums are sent for a file: about the square root of its size, where sums and what
 * an edit costs balance; null: it is too large for sums that fit into one frame.
 */
export function sumBlockBytes(oldBytes: number): number | null {
  let blockBytes = 2 ** Math.max(11, Math.round(Math.log2(Math.sqrt(Math.max(1, oldBytes)))));
  while (oldBytes / blockBytes > MAX_SUMS) blockBytes *= 2;
  return blockBytes > MAX_SUM_BLOCK_BYTES ? null : blockBytes;
}

/** Length of the blocks in which a gap is searched again: their sums stay below 1 % of it. */
export function fineBlockBytes(gapBytes: number): number {
  const exponent = Math.floor(Math.log2(Math.sqrt(8 * gapBytes)));
  return 2 ** Math.min(12, Math.max(10, exponent));
}

/** Sums of the whole blocks in `bytes`. A shorter rest has none. */
export function sumsOf(bytes: Buffer, blockBytes: number, blockSum: BlockSum = strongSum): BlockSums {
  const sums = emptySums(blockBytes, Math.floor(bytes.length / blockBytes));
  for (let index = 0; index < sums.weak.length; index++) {
    setSum(sums, index, bytes.subarray(index * blockBytes, (index + 1) * blockBytes), blockSum);
  }
  return sums;
}

export function emptySums(blockBytes: number, count: number): BlockSums {
  return { blockBytes, weak: new Uint32Array(count), strong: new Uint32Array(count) };
}

/** Sets the sums of one block. */
export function setSum(sums: BlockSums, index: number, block: Buffer, blockSum: BlockSum = strongSum): void {
  sums.weak[index] = weakSum(block, 0, windowOf(sums.blockBytes));
  sums.strong[index] = blockSum(block);
}
