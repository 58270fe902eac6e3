import { Failure } from '../../shared/failure.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { HASH_BYTES, STATUS } from './data-frame.ts';
import { decodeGroups, type WantGroup } from './data-wants.ts';

/** Hashes of several files in one answer. The body that asks for them is that of a run, without its limits of size. */

/** @throws Failure `peer-misbehaved`. */
export function decodeWantHashes(bytes: Uint8Array): WantGroup[] {
  return decodeGroups(bytes, () => undefined);
}

/** In the order they were wanted; null where there is none: changed, gone, unreadable. */
export function encodeHashes(hashes: readonly (Uint8Array | null)[]): Buffer {
  const writer = new ByteWriter(hashes.length * (1 + HASH_BYTES));
  for (const hash of hashes) {
    writer.u8(hash === null ? STATUS.changed : STATUS.ok);
    if (hash !== null) writer.bytes(hash);
  }
  return writer.view();
}

/** @throws Failure `peer-misbehaved` unless there are exactly `count`. */
export function decodeHashes(bytes: Uint8Array, count: number): (Buffer | null)[] {
  const reader = new ByteReader(bytes);
  const hashes: (Buffer | null)[] = [];
  for (let index = 0; index < count; index++) {
    const status = reader.u8();
    if (status !== STATUS.ok && status !== STATUS.changed) {
      throw new Failure('peer-misbehaved', { reason: 'unknown status' });
    }
    hashes.push(status === STATUS.ok ? Buffer.from(reader.bytes(HASH_BYTES)) : null);
  }
  reader.end();
  return hashes;
}
