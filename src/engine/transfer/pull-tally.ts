import { Failure } from '../../shared/failure.ts';
import { MAX_PROBLEMS, type Problem } from '../../shared/job.ts';
import type { Preflight } from '../../shared/preflight.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import type { BytePath } from '../wire/byte-name.ts';
import { showPath } from '../wire/byte-name.ts';
import type { EntryList } from './entry-list.ts';
import type { Via } from './work-queue.ts';

/** Counts of a pull and the list of what did not come out as asked. */
export class PullTally {
  totalFiles = 0;
  totalBytes = 0;
  doneFiles = 0;
  doneBytes = 0;
  files = 0;
  folders = 0;
  links = 0;
  unchanged = 0;
  /** Content accepted as already in place; part of `doneBytes`. */
  thereBytes = 0;
  /** Content taken from an older version of its file; part of `doneBytes`. */
  olderBytes = 0;
  /** In a dry run: bytes of content and of the frames around it that a copy would send. */
  foreseenBytes = 0;
  /** Files by how they came here. */
  readonly rungs: Record<Via, { files: number; bytes: number }> = {
    cloned: { files: 0, bytes: 0 },
    copied: { files: 0, bytes: 0 },
    delta: { files: 0, bytes: 0 },
    raw: { files: 0, bytes: 0 },
  };
  /** Content written here, also of files that were given up later: what speeds are made of. */
  movedBytes = 0;
  entries = 0;
  problemCount = 0;
  readonly problems: Problem[] = [];
  /** Targets that differ, under a policy that refuses: nothing may move. */
  clashes = 0;
  /** What was replaced, by what became of it. */
  replaced: { readonly trashed: number; readonly gone: number } = { trashed: 0, gone: 0 };
  /** What the destination is like, once all is listed in a dry run. */
  preflight: Preflight | null = null;
  /** Bytes of listed files that take no room here: with holes, further names, perhaps there already. */
  roomlessBytes = 0;

  /** Where what is listed and what becomes of it is written down for people; null: nowhere. */
  readonly list: EntryList | null;

  constructor(list: EntryList | null = null) {
    this.list = list;
  }

  noteListed(entry: ListedEntry): void {
    this.entries += 1;
    this.list?.add(entry, entry.parent, entry.number);
  }

  /** A file that is there already and stays. */
  noteThere({ row, version }: ListedEntry & { readonly kind: 'file' }): void {
    this.unchanged += 1;
    this.thereBytes += version.size;
    this.list?.mark(row, 'there');
  }

  /** Room that what is listed and not yet written will take at least. */
  get neededBytes(): number {
    return Math.max(0, this.totalBytes - this.doneBytes - this.roomlessBytes);
  }

  /** Files that are listed and have no place yet. */
  get neededNames(): number {
    return Math.max(0, this.totalFiles - this.doneFiles);
  }

  /** Content cloned or copied from elsewhere here; part of `doneBytes`. */
  get hereBytes(): number {
    return this.rungs.cloned.bytes + this.rungs.copied.bytes;
  }

  /** A file is whole. */
  climbed(via: Via, bytes: number): void {
    this.rungs[via].files += 1;
    this.rungs[via].bytes += bytes;
  }

  addProblem(path: BytePath, failure: Failure): void {
    this.problemCount += 1;
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({
      ...showPath(path),
      code: failure.code,
      ...(failure.reason === undefined ? {} : { reason: failure.reason }),
    });
  }

  addClash(path: BytePath): void {
    this.clashes += 1;
    this.addProblem(path, new Failure('exists'));
  }
}
