import { Failure } from '../../shared/failure.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** One version of a file, as far as its source can tell without reading it. */
export interface FileVersion {
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  readonly ctimeSec: number;
  readonly ctimeNs: number;
}

export const VERSION_BYTES = 32;

export function writeVersion(into: ByteWriter, version: FileVersion): void {
  into.u64(version.size);
  into.i64(version.mtimeSec);
  into.u32(version.mtimeNs);
  into.i64(version.ctimeSec);
  into.u32(version.ctimeNs);
}

/** @throws Failure `peer-misbehaved`. */
export function readVersion(from: ByteReader): FileVersion {
  return {
    size: from.u64(),
    mtimeSec: from.i64(),
    mtimeNs: readNanoseconds(from),
    ctimeSec: from.i64(),
    ctimeNs: readNanoseconds(from),
  };
}

/** The part of a time below one second. @throws Failure `peer-misbehaved`. */
export function readNanoseconds(from: ByteReader): number {
  const ns = from.u32();
  if (ns >= 1_000_000_000) throw new Failure('peer-misbehaved', { reason: 'nanoseconds' });
  return ns;
}
