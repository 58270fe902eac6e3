import { type Failure, toFailure } from '../../shared/failure.ts';
import { closeFd } from '../disk/folder.ts';
import type { OpenFile } from '../disk/open-file.ts';
import { isHoleIn } from '../disk/sparse.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { setLength, writeBlock, writeSparseBlock } from '../disk/write-content.ts';
import type { Changed } from '../reuse/delta-patch.ts';
import { hashBytes } from '../wire/block-hash.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import { CLAIM_FROM_BYTES, type ClaimBook } from './claim-book.ts';
import { metadataOf } from './file-metadata.ts';
import { outcomeOf, placeOf } from './patch.ts';
import type { PullTally } from './pull-tally.ts';
import { forgetHoles, noteAllHoles, noteHole } from './room.ts';
import type { StageClock } from './stage-clock.ts';
import { type FileTask, type LargeFile, newLargeFile, type Via, type Work } from './work-queue.ts';

export type BlockWork = Work & { kind: 'block' };

/** Keeps a received block's memory from being read into again; call the result to give it back. */
export type KeepBlock = () => () => void;

/** What came for a wanted block; memory of the connection, to be used before the call returns or kept. */
export interface BlockAnswer {
  readonly outcome: Outcome;
  readonly content: Buffer;
  /** Of the content, checked; without meaning where there is none. */
  readonly hash: Buffer;
  readonly keep: KeepBlock;
  /** How much of it was not sent but taken from the version that was here before; absent is none. */
  readonly olderBytes?: number;
  /** All that has to be written where the part is a clone of that version; absent is all. */
  readonly changed?: readonly Changed[];
}

/** What is noted of a block that is on disk. */
interface WrittenBlock {
  /** Null for a hole. */
  readonly hash: Buffer | null;
  readonly olderBytes: number;
  readonly changed: readonly Changed[] | null;
}

const HOLE: WrittenBlock = { hash: null, olderBytes: 0, changed: null };

interface LargeParts {
  readonly writer: TreeWriter;
  readonly tally: PullTally;
  readonly clock: StageClock;
  readonly claims: ClaimBook;
  /** The file is not the version asked for. */
  readonly onNotOk: (task: FileTask, outcome: Exclude<Outcome, { status: 'ok' | 'hole' }>) => void;
  /** All of the file is written, under `part` for now; `hash` is that of the file, over its blocks. */
  readonly onWhole: (file: LargeFile, hash: Buffer, part: ByteName) => void;
  /** The file could not be written. Throws a Failure that fails the whole job. */
  readonly onFailed: (task: FileTask, failure: Failure) => void;
}

/**
 * Files that arrive block by block. Blocks are written on the thread pool, so that the data worker goes on
 * receiving meanwhile: writing and deciphering each keep a core busy. How much is under way is bounded by
 * the wants, which count until their block is on disk.
 */
export class PullLargeFiles {
  readonly #parts: LargeParts;
  /** Files with a part on disk. */
  readonly #open = new Set<LargeFile>();
  /** What is to be done once the part of a file that was given up is gone. */
  readonly #removed = new Map<LargeFile, () => void>();
  #writes = 0;
  #writingSinceMs = 0;
  #onIdle: (() => void) | null = null;

  constructor(parts: LargeParts) {
    this.#parts = parts;
  }

  /**
   * Takes an answer; the promise, if there is one, resolves when the block is written or given up.
   * It rejects with a Failure that fails the whole job.
   */
  take(work: BlockWork, answer: BlockAnswer): Promise<void> | null {
    const { outcome, content, keep, hash, olderBytes = 0, changed = null } = answer;
    const { file } = work;
    if (file.dead) return null;
    if (outcome.status !== 'ok' && outcome.status !== 'hole') {
      // It may be fetched again under the same name, so what is there goes first.
      this.#removed.set(file, () => this.#parts.onNotOk(file.task, outcome));
      this.#drop(file);
      return null;
    }
    try {
      if (outcome.status === 'ok') {
        return this.#write(work, content, keep, { hash: Buffer.from(hash), olderBytes, changed });
      }
      // An earlier run may have written something else there.
      const place = { offset: placeOf(file.task) + work.offset, length: work.length };
      if (file.open === null || !isFilled(file) || isHoleIn(file.open.fd, place))
        return this.#write(work, null, keep, HOLE);
      const zeros = Buffer.alloc(work.length);
      return this.#write(work, zeros, () => () => undefined, {
        hash: hashBytes(zeros),
        olderBytes: 0,
        changed: null,
      });
    } catch (error) {
      this.#failed(file, error);
      return null;
    }
  }

  #write(work: BlockWork, content: Buffer | null, keep: KeepBlock, what: WrittenBlock): Promise<void> | null {
    const { clock } = this.#parts;
    const { file, offset } = work;
    file.open ??= this.#create(file);
    if (content === null || (file.task.holeBytes > 0 && !isFilled(file))) {
      const startMs = performance.now();
      if (content !== null) writeSparseBlock(file.open, offset, content);
      clock.since('disk', startMs);
      this.#written(work, what);
      return null;
    }
    const release = keep();
    this.#beginWrite(file);
    const { open } = file;
    const [before, last] = file.lastWrites;
    const pieces = file.isCloned ? what.changed : null;
    const at = placeOf(file.task) + offset;
    const write = before.then(() => this.#writePieces(open, at, content, pieces));
    file.lastWrites = [last, write.catch(() => undefined)];
    return write
      .then(
        () => {
          if (!file.dead) this.#written(work, what);
        },
        (error: unknown) => this.#failed(file, error),
      )
      .finally(() => {
        release();
        this.#endWrite(file);
      });
  }

  async #writePieces(
    open: OpenFile,
    offset: number,
    content: Buffer,
    pieces: readonly Changed[] | null,
  ): Promise<void> {
    if (pieces === null) await writeBlock(open, offset, content);
    for (const { at, length } of pieces ?? []) {
      await writeBlock(open, offset + at, content.subarray(at, at + length));
    }
  }

  /**
   * Lets the part of a file that nothing is written of begin as a clone, where the file system can.
   * @throws Failure that fails the whole job.
   */
  cloneInto(file: LargeFile, clone: (fd: number) => boolean): void {
    if (file.open !== null || file.dead) return;
    try {
      file.open = this.#create(file);
      file.isCloned = clone(file.open.fd);
    } catch (error) {
      this.#failed(file, error);
    }
  }

  #create(file: LargeFile): NonNullable<LargeFile['open']> {
    const opened = this.#parts.writer.open(file.task.target);
    this.#open.add(file);
    this.#parts.claims.begin(file, opened);
    return opened;
  }

  /** Takes up a file of which some blocks are there. Returns it where others are still to be fetched, else null. */
  resume(
    task: FileTask,
    open: OpenFile,
    kept: ReadonlyMap<number, Buffer>,
    via: Via = 'raw',
  ): LargeFile | null {
    const file = newLargeFile(task, open, kept, via);
    this.#open.add(file);
    this.#parts.claims.begin(file, open);
    this.#parts.tally.doneBytes += file.doneBytes;
    if (file.blocksLeft > 0) return file;
    this.#complete(file, open);
    return null;
  }

  #beginWrite(file: LargeFile): void {
    if (this.#writes === 0) this.#writingSinceMs = performance.now();
    this.#writes += 1;
    file.writing += 1;
  }

  #endWrite(file: LargeFile): void {
    this.#writes -= 1;
    file.writing -= 1;
    // At every end: a disk that is too slow always has another write under way.
    this.#writingSinceMs = this.#parts.clock.since('write', this.#writingSinceMs);
    if (this.#writes === 0) this.#onIdle?.();
    // May throw what fails the whole job.
    if (file.dead && file.writing === 0) this.#removePart(file);
  }

  #written({ file, offset, length }: BlockWork, { hash, olderBytes }: WrittenBlock): void {
    const { tally, claims } = this.#parts;
    if (hash !== null) {
      claims.wrote(file, offset, length, hash);
      file.hashes.set(offset / BLOCK_BYTES, hash);
    } else noteHole(tally, file, length);
    file.blocksLeft -= 1;
    file.doneBytes += length;
    file.olderBytes += olderBytes;
    tally.doneBytes += length;
    tally.olderBytes += olderBytes;
    tally.movedBytes += length - olderBytes;
    if (file.blocksLeft === 0 && file.open !== null) this.#complete(file, file.open);
  }

  #complete(file: LargeFile, open: OpenFile): void {
    const { tally, writer, claims } = this.#parts;
    const { task } = file;
    this.#open.delete(file);
    file.dead = true;
    file.open = null;
    try {
      setLength(open, outcomeOf(task).size);
    } catch (error) {
      writer.discard(open);
      claims.gone(file);
      this.#failed(file, error);
      return;
    }
    claims.whole(file);
    noteAllHoles(tally, file);
    try {
      writer.complete(open, metadataOf(task));
    } catch (error) {
      claims.gone(file);
      tally.doneBytes -= file.doneBytes;
      forgetHoles(tally, file);
      this.#parts.onFailed(task, toFailure(error));
      return;
    }
    tally.files += 1;
    tally.doneFiles += 1;
    this.#parts.onWhole(file, file.hashes.fileHash(task.version.size), open.name);
  }

  /** @throws Failure that fails the whole job. */
  #failed(file: LargeFile, error: unknown): void {
    const isFirst = !file.dead || file.open === null;
    // It may be tried again under the same name, so what is there goes first.
    if (isFirst) this.#removed.set(file, () => this.#parts.onFailed(file.task, toFailure(error)));
    this.#drop(file);
  }

  /** Gives a file up: its part goes once nothing is being written to it, later answers are ignored. */
  #drop(file: LargeFile): void {
    file.dead = true;
    this.#parts.tally.doneBytes -= file.doneBytes;
    this.#parts.tally.olderBytes -= file.olderBytes;
    forgetHoles(this.#parts.tally, file);
    file.doneBytes = 0;
    file.olderBytes = 0;
    if (file.writing === 0) this.#removePart(file);
  }

  #removePart(file: LargeFile): void {
    this.#unlinkPart(file);
    const next = this.#removed.get(file);
    this.#removed.delete(file);
    next?.();
  }

  #unlinkPart(file: LargeFile): void {
    this.#open.delete(file);
    if (file.open === null) return;
    const open = file.open;
    file.open = null;
    this.#parts.claims.gone(file);
    try {
      this.#parts.writer.discard(open);
    } catch {
      // The part is gone already; nothing of it is left to remove.
    }
  }

  /** Removes the parts of all unfinished files, once nothing is being written any more. */
  async abandon(): Promise<void> {
    for (const file of [...this.#open]) this.#drop(file);
    await this.#allWritten();
  }

  async #allWritten(): Promise<void> {
    if (this.#writes === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /**
   * Lets go of all unfinished files, once nothing is being written any more, and leaves what is written of those
   * that have claims; the others would be fetched again anyway.
   */
  async suspend(): Promise<void> {
    await this.#allWritten();
    for (const file of [...this.#open]) {
      if (file.task.version.size < CLAIM_FROM_BYTES) this.#drop(file);
      file.dead = true;
      if (file.open !== null) closeFd(file.open.fd);
      file.open = null;
    }
    this.#open.clear();
  }
}

/** Whether something may be in its part that was not written by this run. */
function isFilled(file: LargeFile): boolean {
  return file.kept !== null || file.isCloned;
}
