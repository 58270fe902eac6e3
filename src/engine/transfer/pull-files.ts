import { Failure, toFailure } from '../../shared/failure.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { ArrivedHash } from '../reuse/arrival-list.ts';
import type { Arrivals } from '../reuse/arrivals.ts';
import type { DoublesRung } from '../reuse/doubles-rung.ts';
import type { BytePath } from '../wire/byte-name.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import type { ClaimBook } from './claim-book.ts';
import { failsWholeJob } from './fatal.ts';
import { metadataOf } from './file-metadata.ts';
import type { LinkList } from './link-list.ts';
import { outcomeOf, pieceIn } from './patch.ts';
import { type BlockAnswer, type BlockWork, PullLargeFiles } from './pull-large-files.ts';
import type { PullTally } from './pull-tally.ts';
import type { ReceiptBook } from './receipt-book.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask, LargeFile, Via, Work, WorkQueue } from './work-queue.ts';

/** Times a file that keeps changing, or cannot be written, is asked for before it is listed. */
const MAX_TRIES = 3;
/** Files in a row that cannot be written, where each is tried by itself: then it is not the files. */
const MAX_BAD_FILES = 3;

interface FileParts {
  readonly writer: TreeWriter;
  readonly queue: WorkQueue;
  readonly links: LinkList;
  readonly tally: PullTally;
  readonly clock: StageClock;
  readonly claims: ClaimBook;
  readonly receipts: ReceiptBook;
  /** Sees to the blocks that a file still lacks. */
  readonly goOn: (file: LargeFile) => void;
  /** Fetches a file anew, of which nothing is here. */
  readonly fetchAgain: (task: FileTask) => void;
  /** The disk has reported errors before: a file that it cannot hold is listed, and the others go on. */
  readonly isCautious: boolean;
  /** What came here, for the index. */
  readonly arrivals: Arrivals;
  /** Who waits for files that are the same; null: nobody. */
  readonly doubles: Pick<DoublesRung<FileTask>, 'arrived' | 'failed'> | null;
}

/**
 * Puts received content on disk: small files whole, large ones block by block. What concerns one file
 * becomes its problem; what every file would meet fails the job.
 */
export class PullFiles {
  readonly #parts: FileParts;
  readonly #large: PullLargeFiles;
  /** In a row. */
  #badFiles = 0;

  constructor(parts: FileParts) {
    this.#parts = parts;
    this.#large = new PullLargeFiles({
      ...parts,
      onNotOk: (task, outcome) => this.#notOk(task, outcome),
      onFailed: (task, failure) => this.#notWritten(task, failure),
      onWhole: ({ task, via, olderBytes }, hash, part) => {
        this.#noteName(task);
        parts.receipts.blocks(this.pathOf(task), outcomeOf(task), hash, pieceIn(task));
        this.#arrived(task, olderBytes > 0 ? 'delta' : via, { ofFile: hash });
        parts.doubles?.arrived(task, [part, task.target.name], hash);
      },
    });
  }

  /** As `PullLargeFiles.take`. */
  takeBlock(work: BlockWork, answer: BlockAnswer): Promise<void> | null {
    return this.#large.take(work, answer);
  }

  /** As `PullLargeFiles.cloneInto`. */
  cloneInto(file: LargeFile, clone: (fd: number) => boolean): void {
    this.#large.cloneInto(file, clone);
  }

  /** Goes on with a file of which some blocks are there. */
  resume(task: FileTask, open: OpenFile, kept: ReadonlyMap<number, Buffer>, via: Via = 'raw'): void {
    const file = this.#large.resume(task, open, kept, via);
    if (file !== null) this.#parts.goOn(file);
  }

  /** Lets go of unfinished files and leaves what is written of them, once nothing is being written any more. */
  suspend(): Promise<void> {
    return this.#large.suspend();
  }

  /** Removes the parts of unfinished files, once nothing is being written any more. */
  abandon(): Promise<void> {
    return this.#large.abandon();
  }

  /** @throws Failure that fails the whole job. */
  takeRun(work: Work & { kind: 'run' }, outcomes: readonly Outcome[], content: Buffer): void {
    const { writer, clock } = this.#parts;
    const startMs = performance.now();
    let at = 0;
    for (const [index, task] of work.files.entries()) {
      const outcome = outcomes[index] as Outcome;
      if (outcome.status !== 'ok') {
        this.#notOk(task, outcome);
        continue;
      }
      const bytes = content.subarray(at, at + outcome.length);
      at += outcome.length;
      this.#guard(task, () => {
        writer.writeSmall(task.target, bytes, metadataOf(task));
        this.#noteName(task);
        this.#finished(task, this.#parts.receipts.content(this.pathOf(task), task.version, bytes));
      });
    }
    clock.since('disk', startMs);
  }

  /** A file that the system has made of the one here that it is a copy of. Nobody has read it: it has no hash. */
  madeHere(task: FileTask, open: OpenFile, via: 'cloned' | 'raw'): void {
    const { writer, tally, links } = this.#parts;
    this.#guard(task, () => {
      writer.complete(open, metadataOf(task));
      this.#noteName(task);
      this.#counted(task);
      tally.climbed(via, task.version.size);
      tally.list?.mark(task.row, 'arrived');
      if (task.group > 0) links.noteArrived(task.group);
    });
  }

  #noteName(task: FileTask): void {
    if (task.target.name !== task.sourceName) {
      this.#parts.receipts.named(this.pathOf(task), task.target.name);
    }
  }

  /** @param hash of the content, which is one block. */
  #finished(task: FileTask, hash: Buffer): void {
    this.#counted(task);
    this.#arrived(task, 'raw', { ofBlock: hash });
  }

  #counted({ version, holeBytes }: FileTask): void {
    const { tally } = this.#parts;
    tally.roomlessBytes -= holeBytes;
    tally.files += 1;
    tally.doneFiles += 1;
    tally.doneBytes += version.size;
    tally.movedBytes += version.size;
  }

  #arrived({ group, target, version, row, patch }: FileTask, via: Via, hash: ArrivedHash): void {
    const { tally, links, arrivals } = this.#parts;
    this.#badFiles = 0;
    tally.climbed(via, version.size);
    tally.list?.mark(row, 'arrived');
    // What is known of a piece says nothing of the file it is in.
    if (patch === undefined) arrivals.note(target, version, hash);
    if (group > 0) links.noteArrived(group);
  }

  /** A file that is not the version asked for: tried again, or listed. */
  #notOk(task: FileTask, outcome: Exclude<Outcome, { status: 'ok' }>): void {
    const { patch, version } = task;
    const isCut = patch !== undefined && outcome.status === 'changed' && outcome.version.size < version.size;
    if (outcome.status === 'changed' && !isCut && task.tries + 1 < MAX_TRIES) {
      const { fetchAgain, tally } = this.#parts;
      tally.totalBytes += outcome.version.size - version.size;
      const mode = patch === undefined ? outcome.mode : task.mode;
      const holeBytes = Math.min(task.holeBytes, outcome.version.size);
      tally.roomlessBytes += holeBytes - task.holeBytes;
      fetchAgain({ ...task, version: outcome.version, mode, holeBytes, tries: task.tries + 1 });
      return;
    }
    this.#failed(task, failureOf(outcome));
  }

  #guard(task: FileTask, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#notWritten(task, toFailure(error));
    }
  }

  /** A file that could not be written or synced. @throws Failure that fails the whole job. */
  #notWritten(task: FileTask, failure: Failure): void {
    const isBadDisk = failure.code === 'io';
    if (isBadDisk && this.#parts.isCautious && this.#badFiles < MAX_BAD_FILES * MAX_TRIES) {
      this.#badFiles += 1;
      if (task.tries + 1 < MAX_TRIES) this.#parts.fetchAgain({ ...task, tries: task.tries + 1 });
      else this.#failed(task, failure);
      return;
    }
    if (failsWholeJob(failure)) throw failure;
    this.#failed(task, failure);
  }

  #failed(task: FileTask, failure: Failure): void {
    const { tally, links } = this.#parts;
    tally.addProblem(this.pathOf(task), failure);
    tally.list?.mark(task.row, 'problem');
    tally.doneFiles += 1;
    tally.doneBytes += task.version.size;
    tally.roomlessBytes -= task.holeBytes;
    this.#parts.doubles?.failed(task);
    if (task.group > 0) links.noteFailed(task.group, failure);
  }

  pathOf(task: FileTask): BytePath {
    return [...this.#parts.writer.folders.sourcePath(task.folder), task.sourceName];
  }
}

function failureOf(outcome: Exclude<Outcome, { status: 'ok' }>): Failure {
  switch (outcome.status) {
    case 'changed':
    case 'hole':
      return new Failure('changed');
    case 'vanished':
      return new Failure('vanished');
    case 'unreadable':
      return new Failure('unreadable', { reason: outcome.reason });
  }
}
