import { Failure } from '../../shared/failure.ts';
import type { PlaceEntry } from '../../shared/place.ts';
import { type ByteName, checkPeerName, showPath } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** One entry of a folder that is looked at. */
export interface BrowseEntry {
  readonly name: ByteName;
  readonly type: PlaceEntry['type'];
  readonly bytes: number;
  /** Unix ms. */
  readonly mtimeMs: number;
}

const TYPES: readonly PlaceEntry['type'][] = ['file', 'folder', 'link', 'special'];

/** Bytes of one page of entries; ten thousand with names of usual length fit. */
export const MAX_BROWSED_BYTES = 640 * 1024;
/** Of one entry beside its name: length, type, size, time. */
export const ENTRY_HEAD_BYTES = 1 + 1 + 8 + 8;

/** Entries as they travel: a tenth of what they would take as a map each. */
export function encodeEntries(entries: Iterable<BrowseEntry>): Buffer {
  const writer = new ByteWriter(64 * 1024);
  for (const { name, type, bytes, mtimeMs } of entries) {
    writer.u8(name.length);
    writer.latin1(name);
    writer.u8(TYPES.indexOf(type));
    writer.u64(bytes);
    writer.i64(mtimeMs);
  }
  return Buffer.from(writer.view());
}

/** @throws Failure `peer-misbehaved`. */
export function decodeEntries(body: Uint8Array, most: number): readonly PlaceEntry[] {
  const reader = new ByteReader(body);
  const entries: PlaceEntry[] = [];
  while (reader.left > 0) {
    if (entries.length >= most)
      throw new Failure('peer-misbehaved', { reason: 'more entries than asked for' });
    const name = checkPeerName(reader.latin1(reader.u8()));
    const type = TYPES[reader.u8()];
    if (type === undefined) throw new Failure('peer-misbehaved', { reason: 'type of an entry' });
    entries.push(toPlaceEntry({ name, type, bytes: reader.u64(), mtimeMs: reader.i64() }));
  }
  return entries;
}

/** An entry as front ends see it. */
export function toPlaceEntry({ name, type, bytes, mtimeMs }: BrowseEntry): PlaceEntry {
  const { path, pathBase64 } = showPath([name]);
  return {
    name: path,
    ...(pathBase64 === undefined ? {} : { nameBase64: pathBase64 }),
    type,
    bytes,
    mtimeMs,
  };
}
