import { Failure } from '../../shared/failure.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import type { ItemRange } from './selection.ts';

/**
 * A piece of a file, as its source shows it: a file of its own, as long as the piece, with the times of the whole.
 * One that has become too short for it has the length that is left of the piece, and so is another version.
 */
export function versionOfPiece<Version extends FileVersion>(whole: Version, range: ItemRange): Version {
  return { ...whole, size: Math.max(0, Math.min(range.length, whole.size - range.offset)) };
}

/** What is listed of a chosen file of which a piece is wanted. */
export function recordOfPiece(record: ListingRecord, range: ItemRange): ListingRecord {
  if (record.kind === 'problem' || record.kind === 'enter') return record;
  if (record.kind !== 'file') {
    return { kind: 'problem', name: record.name, code: 'changed', reason: 'no file any more' };
  }
  const version = versionOfPiece(record.version, range);
  if (version.size < range.length) {
    return { kind: 'problem', name: record.name, code: 'changed', reason: 'shorter than the range' };
  }
  // Where its holes are is not known: it may have all of them.
  const holeBytes = Math.min(record.holeBytes, version.size);
  return { ...record, version, group: 0, holeBytes };
}

/** @throws Failure `usage` where a piece cannot be had of what is there. */
export function checkPiece(found: { readonly type: string; readonly size: number }, range: ItemRange): void {
  if (found.type !== 'file') throw new Failure('usage', { reason: 'a range is of one file' });
  const end = range.offset + range.length;
  if (end <= found.size) return;
  throw new Failure('usage', { reason: `the range ends at ${end} and the file at ${found.size}` });
}
