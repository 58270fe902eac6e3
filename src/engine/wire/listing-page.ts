import { Failure, type FailureCode, isFailureCode } from '../../shared/failure.ts';
import { type ByteName, checkPeerName } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { type FileVersion, readNanoseconds, readVersion, writeVersion } from './data-version.ts';
import { MAX_LINK_TARGET_BYTES } from './limits.ts';

/**
 * Records of a listing page. Folders are numbered in the order they are listed, the selection itself is
 * folder 0; `enter` says whose children follow. Children of one folder come together, in byte order,
 * so nothing can be listed twice (the receiver's `listing-checker.ts` insists).
 */
export type ListingRecord =
  | { readonly kind: 'enter'; readonly folder: number }
  | {
      readonly kind: 'folder';
      readonly name: ByteName;
      readonly mode: number;
      readonly mtimeSec: number;
      readonly mtimeNs: number;
    }
  | {
      readonly kind: 'file';
      readonly name: ByteName;
      readonly mode: number;
      readonly version: FileVersion;
      /** How many bytes fewer than the size are allocated, at most the size; more than none: write zeros as holes. */
      readonly holeBytes: number;
      /** Hard links: files of one group > 0 are one inode; the first one listed carries the content. */
      readonly group: number;
    }
  | {
      readonly kind: 'link';
      readonly name: ByteName;
      readonly target: string;
      readonly mtimeSec: number;
      readonly mtimeNs: number;
    }
  /** Cannot be copied: a FIFO, socket or device, or something unreadable. */
  | {
      readonly kind: 'problem';
      readonly name: ByteName;
      readonly code: FailureCode;
      readonly reason: string;
    };

const KIND = { enter: 0, folder: 1, file: 2, link: 3, problem: 4 } as const;
const FLAG_SPARSE = 1;
const MAX_REASON_BYTES = 64;

function writeName(into: ByteWriter, name: string): void {
  into.u8(name.length);
  into.latin1(name);
}

export function writeRecord(into: ByteWriter, record: ListingRecord): void {
  into.u8(KIND[record.kind]);
  switch (record.kind) {
    case 'enter':
      into.u32(record.folder);
      break;
    case 'folder':
      writeName(into, record.name);
      into.u16(record.mode);
      into.i64(record.mtimeSec);
      into.u32(record.mtimeNs);
      break;
    case 'file':
      writeName(into, record.name);
      into.u16(record.mode);
      writeVersion(into, record.version);
      into.u8(record.holeBytes > 0 ? FLAG_SPARSE : 0);
      into.u32(record.group);
      if (record.holeBytes > 0) into.u64(record.holeBytes);
      break;
    case 'link':
      writeName(into, record.name);
      into.u16(record.target.length);
      into.latin1(record.target);
      into.i64(record.mtimeSec);
      into.u32(record.mtimeNs);
      break;
    case 'problem':
      writeName(into, record.name);
      into.u8(record.code.length);
      into.latin1(record.code);
      into.u8(Math.min(record.reason.length, MAX_REASON_BYTES));
      into.latin1(record.reason.slice(0, MAX_REASON_BYTES));
      break;
  }
}

function bad(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}

function readName(from: ByteReader): ByteName {
  return checkPeerName(from.latin1(from.u8()));
}

function readMode(from: ByteReader): number {
  return from.u16() & 0o777;
}

/** @throws Failure `peer-misbehaved` on anything an honest walker cannot produce. */
export function readRecord(from: ByteReader): ListingRecord {
  switch (from.u8()) {
    case KIND.enter:
      return { kind: 'enter', folder: from.u32() };
    case KIND.folder:
      return {
        kind: 'folder',
        name: readName(from),
        mode: readMode(from),
        mtimeSec: from.i64(),
        mtimeNs: readNanoseconds(from),
      };
    case KIND.file: {
      const name = readName(from);
      const mode = readMode(from);
      const version = readVersion(from);
      const isSparse = (from.u8() & FLAG_SPARSE) !== 0;
      const group = from.u32();
      return { kind: 'file', name, mode, version, group, holeBytes: isSparse ? readHoles(from, version) : 0 };
    }
    case KIND.link:
      return readLink(from);
    case KIND.problem: {
      const name = readName(from);
      const code = from.latin1(from.u8());
      // By name, since the list of codes is no wire format; one of a later version still is a problem.
      const known = isFailureCode(code) ? code : 'unreadable';
      return { kind: 'problem', name, code: known, reason: from.latin1(from.u8()).replace(/[^\w -]/g, '') };
    }
    default:
      throw bad('unknown record');
  }
}

/** What is said to be missing of a file is never more than all of it. */
function readHoles(from: ByteReader, { size }: FileVersion): number {
  const bytes = from.u64();
  if (bytes === 0 || bytes > size) throw bad('holes');
  return bytes;
}

function readLink(from: ByteReader): ListingRecord {
  const name = readName(from);
  const length = from.u16();
  if (length === 0 || length > MAX_LINK_TARGET_BYTES) throw bad('link target');
  const target = from.latin1(length);
  if (target.includes('\0')) throw bad('link target');
  return { kind: 'link', name, target, mtimeSec: from.i64(), mtimeNs: readNanoseconds(from) };
}

/** All records of one page. @throws Failure `peer-misbehaved`. */
export function readPage(bytes: Uint8Array): ListingRecord[] {
  const reader = new ByteReader(bytes);
  const records: ListingRecord[] = [];
  while (reader.left > 0) records.push(readRecord(reader));
  return records;
}
