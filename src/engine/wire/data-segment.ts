import { Failure } from '../../shared/failure.ts';
import type { BytePath } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  type BlockSums,
  type Copy,
  MAX_SUMS,
  NO_SUMS,
  readCopies,
  readSums,
  writeCopies,
  writeSums,
} from './data-delta.ts';
import { BLOCK_BYTES, HASH_BYTES } from './data-frame.ts';
import { type FileVersion, readVersion, writeVersion } from './data-version.ts';
import { readPath, writePath } from './data-wants.ts';

/**
 * Bodies of the frames that compare an edited file piece by piece, in order, with what is about the same place
 * in its old version. docs/protocol.md is the specification.
 */

/** New content of one segment: a few milliseconds of reading, hashing and searching. */
export const MAX_SEGMENT_BYTES = 4 * BLOCK_BYTES;

export interface WantSegment {
  readonly path: BytePath;
  readonly version: FileVersion;
  /** A multiple of 1 MiB. */
  readonly offset: number;
  /** Whole blocks of 1 MiB, or up to the end of the file. */
  readonly length: number;
  /** Of blocks of the old version that follow each other, of 1 MiB at most; null: only hashes are wanted. */
  readonly sums: BlockSums | null;
}

export interface Segment {
  /** BLAKE3 of each block of 1 MiB. */
  readonly hashes: readonly Buffer[];
  /** Offsets count from the start of what was searched, blocks from the first one that has a sum. */
  readonly copies: readonly Copy[];
}

function bad(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}

/** What is searched for a segment: a block more on both sides, since old ones lie across its edges. */
export function searchedFor({ version, offset, length, sums }: Omit<WantSegment, 'path'>): {
  readonly from: number;
  readonly to: number;
} {
  const beside = sums?.blockBytes ?? 0;
  return { from: Math.max(0, offset - beside), to: Math.min(version.size, offset + length + beside) };
}

export function encodeWantSegment(want: WantSegment): Buffer {
  const writer = new ByteWriter(1024);
  writePath(writer, want.path);
  writeVersion(writer, want.version);
  writer.u64(want.offset);
  writer.u32(want.length);
  if (want.sums === null) writer.u8(NO_SUMS);
  else writeSums(writer, want.sums);
  return writer.view();
}

/** @throws Failure `peer-misbehaved`. */
export function decodeWantSegment(body: Uint8Array): WantSegment {
  const reader = new ByteReader(body);
  const path = readPath(reader);
  const version = readVersion(reader);
  const offset = reader.u64();
  const length = reader.u32();
  if (path.length === 0 || offset % BLOCK_BYTES !== 0) throw bad('bad want');
  if (length === 0 || length > MAX_SEGMENT_BYTES || offset + length > version.size) throw bad('bad want');
  if (length % BLOCK_BYTES !== 0 && offset + length !== version.size) throw bad('bad want');
  const exponent = reader.u8();
  const sums = exponent === NO_SUMS ? null : readSums(reader, exponent, MAX_SUMS);
  reader.end();
  if (sums !== null && sums.blockBytes > BLOCK_BYTES) throw bad('block length of sums');
  return { path, version, offset, length, sums };
}

/** @param blockBytes null: copies were not wanted. */
export function encodeSegment({ hashes, copies }: Segment, blockBytes: number | null): Buffer {
  const writer = new ByteWriter(1024);
  for (const hash of hashes) writer.bytes(hash);
  if (blockBytes !== null) writeCopies(writer, copies, blockBytes);
  return writer.view();
}

/** @throws Failure `peer-misbehaved`. */
export function decodeSegment(meta: Uint8Array, want: Omit<WantSegment, 'path'>): Segment {
  const reader = new ByteReader(meta);
  const hashes: Buffer[] = [];
  for (let at = 0; at < want.length; at += BLOCK_BYTES) hashes.push(Buffer.from(reader.bytes(HASH_BYTES)));
  const { from, to } = searchedFor(want);
  const copies = want.sums === null ? [] : readCopies(reader, to - from, want.sums);
  reader.end();
  return { hashes, copies };
}
