import { ByteWriter } from '../wire/byte-writer.ts';
import { type FileReceipt, lastReceipts, writeReceipt } from './receipt.ts';

/** One part holds about so many files: some hundred kilobytes, a few milliseconds of reading. */
const PART_FILES = 1_000;

/** What of a job's receipts counts, in parts that are read one at a time. Plain data. */
export interface SettledReceipts {
  /** Blobs of receipt.ts that hold files only, under the names that they have here, in byte order of their paths. */
  readonly parts: readonly Uint8Array[];
  readonly files: number;
  readonly bytes: number;
}

function byPath(one: FileReceipt, other: FileReceipt): number {
  const [first, second] = [one.path.join('/'), other.path.join('/')];
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * Makes the list of files of all that was noted of a job, where the last word counts. It holds all of a job's
 * receipts at once (64 MiB at most are kept), so it is for a data worker.
 * @throws Failure `peer-misbehaved` where a blob has been damaged.
 */
export function settleReceipts(blobs: readonly Uint8Array[]): SettledReceipts {
  const files = lastReceipts(blobs).sort(byPath);
  const parts: Uint8Array[] = [];
  const writer = new ByteWriter(PART_FILES * 128);
  for (let at = 0; at < files.length; at += PART_FILES) {
    for (const file of files.slice(at, at + PART_FILES)) writeReceipt(writer, file);
    parts.push(Uint8Array.from(writer.view()));
    writer.reset();
  }
  const bytes = files.reduce((sum, { size, piece }) => sum + (piece?.length ?? size), 0);
  return { parts, files: files.length, bytes };
}
