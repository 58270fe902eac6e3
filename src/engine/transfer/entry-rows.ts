import type { ByteWriter } from '../wire/byte-writer.ts';

/**
 * How the list of a job's entries is kept: three files beside each other, so that any part of it can be read
 * without the rest. `.rows` has records of one length in listing order, `.names` all their names one after the
 * other, `.states` a byte for each that says what became of it. A crash may leave any of them shorter than the
 * others; what counts is what all three have, and a state that is not there is `listed`.
 */

/** Bytes of one row: where its name is, its size, the row of its folder, the length of its name, its kind. */
export const ROW_BYTES = 24;

export const LIST_SUFFIXES = ['.rows', '.names', '.states'] as const;

export const ROW_KINDS = ['file', 'folder', 'link', 'problem'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** What became of an entry, as its byte. What has ended says the rest: then `listed` is copied, or it is not. */
export const ROW_STATES = { listed: 0, arrived: 1, there: 2, problem: 3 } as const;
export type RowState = keyof typeof ROW_STATES;

export interface EntryRow {
  readonly nameAt: number;
  readonly nameBytes: number;
  readonly size: number;
  readonly kind: RowKind;
  /** Row of the folder it is in; null at the top. Always an earlier row. */
  readonly parent: number | null;
}

export function writeRow(into: ByteWriter, row: EntryRow): void {
  into.u64(row.nameAt);
  into.u64(row.size);
  into.u32(row.parent === null ? 0 : row.parent + 1);
  into.u16(row.nameBytes);
  into.u16(ROW_KINDS.indexOf(row.kind));
}

/** The row `number` of a list, from its bytes; null where they are not what was written. */
export function readRow(bytes: Buffer, number: number): EntryRow | null {
  const nameAt = Number(bytes.readBigUInt64BE(0));
  const size = Number(bytes.readBigUInt64BE(8));
  const parent = bytes.readUInt32BE(16);
  const nameBytes = bytes.readUInt16BE(20);
  const kind = ROW_KINDS[bytes.readUInt16BE(22)];
  if (kind === undefined || parent > number) return null;
  if (!Number.isSafeInteger(nameAt) || !Number.isSafeInteger(size)) return null;
  return { nameAt, size, nameBytes, kind, parent: parent === 0 ? null : parent - 1 };
}

/** Files of a job's list at one end, without the suffix. One job may have both ends on one device. */
export function listName(job: string, end: 'source' | 'destination'): string {
  return `${job}-${end}`;
}
