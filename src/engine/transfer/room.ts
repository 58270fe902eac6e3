import type { Decision } from '../plan/decide.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import type { PullTally } from './pull-tally.ts';
import type { FileTask, LargeFile } from './work-queue.ts';

/** A file as its source says it is. */
type Sized = Pick<FileTask, 'version' | 'holeBytes'>;

/** What a file takes on a disk that keeps holes. What its source says of them is checked to be at most its size. */
export function roomOf({ version, holeBytes }: Sized): number {
  return version.size - holeBytes;
}

/** Content that is there already and only waits for being counted as such: it takes no room. */
export function roomlessOf(entry: Exclude<ListedEntry, { kind: 'problem' }>, { action }: Decision): number {
  return entry.kind === 'file' && action === 'unchanged' ? roomOf(entry) : 0;
}

/** So much of a file is written, as a hole: it needs no room any more, and never took any. */
export function noteHole(tally: PullTally, file: LargeFile, bytes: number): void {
  const holes = Math.min(bytes, file.holesLeft);
  file.holesLeft -= holes;
  tally.roomlessBytes -= holes;
}

/** A file is whole: what was written of it as data may have been holes at its source too. */
export function noteAllHoles(tally: PullTally, file: LargeFile): void {
  noteHole(tally, file, file.holesLeft);
}

/** A file is fetched again from its beginning, or given up. */
export function forgetHoles(tally: PullTally, file: LargeFile): void {
  tally.roomlessBytes += file.task.holeBytes - file.holesLeft;
  file.holesLeft = file.task.holeBytes;
}
