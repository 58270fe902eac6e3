import { Failure } from '../../shared/failure.ts';
import type { BytePath } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { BLOCK_BYTES, HASH_BYTES } from './data-frame.ts';
import { type FileVersion, readVersion, writeVersion } from './data-version.ts';
import { readPath, writePath } from './data-wants.ts';

/**
 * Bodies of the frames that bring an edited file: sums of the old version at the destination go to the
 * source, which says what of it is in the new one. docs/protocol.md is the specification.
 */

/** Blocks of one want: their sums fit into a puller's frame beside the longest path that is likely. */
export const MAX_SUMS = 65_536;
/** Shortest and longest block that sums may be of; both ends hold two of them in memory. */
export const MIN_SUM_BLOCK_BYTES = 1024;
export const MAX_SUM_BLOCK_BYTES = 4 * 1024 * 1024;
/** New content that one patch may cover: a few milliseconds of reading and hashing. */
export const MAX_PATCH_BYTES = 16 * BLOCK_BYTES;
/** Gaps of one patch. */
const MAX_GAPS = 16_384;
const SUM_BYTES = 8;

/** Sums of blocks of the old version: block `i` starts `i * strideBytes` after the first one. */
export interface BlockSums {
  /** Power of two. */
  readonly blockBytes: number;
  /** Rolling sum of the first bytes of each block. */
  readonly weak: Uint32Array;
  /** First four bytes of the BLAKE3 of each block. */
  readonly strong: Uint32Array;
}

/** Content of the new version that is in the old one: `blocks` blocks from block `block` on. */
export interface Copy {
  /** Offset in what was searched. */
  readonly at: number;
  readonly block: number;
  readonly blocks: number;
}

export interface WantMatches {
  readonly path: BytePath;
  readonly version: FileVersion;
  /** 0: the blocks follow each other. Else how far apart sampled blocks begin. */
  readonly strideBytes: number;
  /** What of the new version is searched. */
  readonly offset: number;
  readonly length: number;
  readonly sums: BlockSums;
}

/** A part of the new version that nothing was found for at first. */
export interface WantedGap {
  /** From the start of the patch. Lies within one block of 1 MiB. */
  readonly at: number;
  readonly length: number;
  /** Of the old content that was where it should be; null: there is none. */
  readonly sums: BlockSums | null;
}

export interface WantPatch {
  readonly path: BytePath;
  readonly version: FileVersion;
  /** A multiple of 1 MiB. */
  readonly offset: number;
  /** Whole blocks of 1 MiB, or up to the end of the file. */
  readonly length: number;
  /** Whether the hashes of its blocks are wanted too; they were told with a segment otherwise. */
  readonly isHashed: boolean;
  readonly gaps: readonly WantedGap[];
}

function bad(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}

export function writeSums(into: ByteWriter, { blockBytes, weak, strong }: BlockSums): void {
  into.u8(Math.log2(blockBytes));
  into.u32(weak.length);
  for (let index = 0; index < weak.length; index++) {
    into.u32(weak[index] as number);
    into.u32(strong[index] as number);
  }
}

/** The exponent where there are no sums. */
export const NO_SUMS = 0;

/** @throws Failure `peer-misbehaved`. */
export function readSums(from: ByteReader, exponent: number, left: number): BlockSums {
  const blockBytes = 2 ** exponent;
  if (blockBytes < MIN_SUM_BLOCK_BYTES || blockBytes > MAX_SUM_BLOCK_BYTES) throw bad('block length of sums');
  const count = from.u32();
  if (count === 0 || count > left) throw bad('number of sums');
  const bytes = from.bytes(count * SUM_BYTES);
  const weak = new Uint32Array(count);
  const strong = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    weak[index] = bytes.readUInt32BE(index * SUM_BYTES);
    strong[index] = bytes.readUInt32BE(index * SUM_BYTES + 4);
  }
  return { blockBytes, weak, strong };
}

export function encodeWantMatches(want: WantMatches): Buffer {
  const writer = new ByteWriter(1024 + want.sums.weak.length * SUM_BYTES);
  writePath(writer, want.path);
  writeVersion(writer, want.version);
  writer.u64(want.strideBytes);
  writer.u64(want.offset);
  writer.u64(want.length);
  writeSums(writer, want.sums);
  return writer.view();
}

/** @throws Failure `peer-misbehaved`. */
export function decodeWantMatches(body: Uint8Array): WantMatches {
  const reader = new ByteReader(body);
  const path = readPath(reader);
  const version = readVersion(reader);
  const strideBytes = reader.u64();
  const offset = reader.u64();
  const length = reader.u64();
  const sums = readSums(reader, reader.u8(), MAX_SUMS);
  reader.end();
  if (path.length === 0 || length === 0 || offset + length > version.size) throw bad('bad want');
  if (strideBytes !== 0 && strideBytes < sums.blockBytes) throw bad('stride of sums');
  return { path, version, strideBytes, offset, length, sums };
}

export function encodeWantPatch(want: WantPatch): Buffer {
  const writer = new ByteWriter(16 * 1024);
  writePath(writer, want.path);
  writeVersion(writer, want.version);
  writer.u64(want.offset);
  writer.u32(want.length);
  writer.u8(want.isHashed ? 1 : 0);
  writer.u16(want.gaps.length);
  for (const { at, length, sums } of want.gaps) {
    writer.u32(at);
    writer.u32(length);
    if (sums === null) writer.u8(NO_SUMS);
    else writeSums(writer, sums);
  }
  return writer.view();
}

/** @throws Failure `peer-misbehaved`, also where the gaps together hold more than one block. */
export function decodeWantPatch(body: Uint8Array): WantPatch {
  const reader = new ByteReader(body);
  const path = readPath(reader);
  const version = readVersion(reader);
  const offset = reader.u64();
  const length = reader.u32();
  const hashed = reader.u8();
  if (path.length === 0 || hashed > 1 || offset % BLOCK_BYTES !== 0) throw bad('bad want');
  if (length === 0 || length > MAX_PATCH_BYTES || offset + length > version.size) throw bad('bad want');
  if (length % BLOCK_BYTES !== 0 && offset + length !== version.size) throw bad('bad want');
  const count = reader.u16();
  if (count > MAX_GAPS) throw bad('gaps');
  const gaps: WantedGap[] = [];
  let end = 0;
  let gapBytes = 0;
  let sumsLeft = MAX_SUMS;
  for (let index = 0; index < count; index++) {
    const gap = readGap(reader, sumsLeft);
    if (gap.at < end || gap.length === 0 || gap.at + gap.length > length) throw bad('gaps');
    if (Math.floor(gap.at / BLOCK_BYTES) !== Math.floor((gap.at + gap.length - 1) / BLOCK_BYTES)) {
      throw bad('gaps');
    }
    end = gap.at + gap.length;
    gapBytes += gap.length;
    sumsLeft -= gap.sums?.weak.length ?? 0;
    gaps.push(gap);
  }
  reader.end();
  if (gapBytes > BLOCK_BYTES) throw bad('gaps too large');
  return { path, version, offset, length, isHashed: hashed === 1, gaps };
}

function readGap(from: ByteReader, sumsLeft: number): WantedGap {
  const at = from.u32();
  const length = from.u32();
  const exponent = from.u8();
  return { at, length, sums: exponent === NO_SUMS ? null : readSums(from, exponent, sumsLeft) };
}

function writeNumber(into: ByteWriter, value: number): void {
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) into.u8((left % 128) + 128);
  into.u8(left);
}

function readNumber(from: ByteReader): number {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
    const byte = from.u8();
    value += (byte % 128) * scale;
    if (byte < 128 && value <= Number.MAX_SAFE_INTEGER) return value;
  }
  throw bad('number too large');
}

/** Copies in ascending order: each as its distance from the end of the one before, block and blocks. */
export function writeCopies(into: ByteWriter, copies: readonly Copy[], blockBytes: number): void {
  writeNumber(into, copies.length);
  let end = 0;
  let expected = 0;
  for (const { at, block, blocks } of copies) {
    writeNumber(into, at - end);
    writeNumber(into, block >= expected ? (block - expected) * 2 : (expected - block) * 2 - 1);
    writeNumber(into, blocks);
    end = at + blocks * blockBytes;
    expected = block + blocks;
  }
}

/** Reads copies within `length` bytes, of blocks of `sums`. @throws Failure `peer-misbehaved`. */
export function readCopies(from: ByteReader, length: number, { blockBytes, weak }: BlockSums): Copy[] {
  const count = readNumber(from);
  // Each is one block at least.
  if (count > Math.floor(length / blockBytes)) throw bad('too many copies');
  const copies: Copy[] = [];
  let end = 0;
  let expected = 0;
  for (let index = 0; index < count; index++) {
    const at = end + readNumber(from);
    const step = readNumber(from);
    const block = step % 2 === 0 ? expected + step / 2 : expected - (step + 1) / 2;
    const blocks = readNumber(from);
    if (blocks === 0 || block < 0 || block + blocks > weak.length) throw bad('copy out of range');
    end = at + blocks * blockBytes;
    if (end > length) throw bad('copy out of range');
    expected = block + blocks;
    copies.push({ at, block, blocks });
  }
  return copies;
}

/** What came of sampled blocks. */
export interface SampleCount {
  /** Samples that would have been found in a file that is the same. */
  readonly expected: number;
  readonly found: number;
}

export function encodeSampleCount({ expected, found }: SampleCount): Buffer {
  const writer = new ByteWriter(8);
  writer.u32(expected);
  writer.u32(found);
  return writer.view();
}

/** @throws Failure `peer-misbehaved`. */
export function decodeSampleCount(meta: Uint8Array): SampleCount {
  const reader = new ByteReader(meta);
  const count = { expected: reader.u32(), found: reader.u32() };
  reader.end();
  return count;
}

/** One patched gap: what of it is copied; the bytes between are literals. */
export interface Patch {
  /** BLAKE3 of each block of the new version; none where they were not wanted. */
  readonly hashes: readonly Buffer[];
  /** One list for each gap. */
  readonly copies: readonly (readonly Copy[])[];
}

export function encodePatch(want: Pick<WantPatch, 'gaps'>, { hashes, copies }: Patch): Buffer {
  const writer = new ByteWriter(4096);
  for (const hash of hashes) writer.bytes(hash);
  for (const [index, { sums }] of want.gaps.entries()) {
    if (sums !== null) writeCopies(writer, copies[index] ?? [], sums.blockBytes);
  }
  return writer.view();
}

/** @throws Failure `peer-misbehaved`, also where the literals are not exactly `literalBytes`. */
export function decodePatch(
  meta: Uint8Array,
  want: Pick<WantPatch, 'length' | 'isHashed' | 'gaps'>,
  literalBytes: number,
): Patch {
  const reader = new ByteReader(meta);
  const hashes: Buffer[] = [];
  const hashedBytes = want.isHashed ? want.length : 0;
  for (let at = 0; at < hashedBytes; at += BLOCK_BYTES) hashes.push(Buffer.from(reader.bytes(HASH_BYTES)));
  const copies: Copy[][] = [];
  let left = literalBytes;
  for (const { length, sums } of want.gaps) {
    const found = sums === null ? [] : readCopies(reader, length, sums);
    let copied = 0;
    for (const { blocks } of found) copied += blocks * (sums?.blockBytes ?? 0);
    left -= length - copied;
    copies.push(found);
  }
  reader.end();
  if (left !== 0) throw bad('lying size');
  return { hashes, copies };
}
