import { type Failure, toFailure } from '../../shared/failure.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import { failsWholeJob } from './fatal.ts';
import { metadataOf } from './file-metadata.ts';
import type { PullTally } from './pull-tally.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask, LargeFile, Work } from './work-queue.ts';

export type BlockWork = Work & { kind: 'block' };

/** Keeps a received block's memory from being read into again; call the result to give it back. */
export type KeepBlock = () => () => void;

interface LargeParts {
  readonly writer: TreeWriter;
  readonly tally: PullTally;
  readonly clock: StageClock;
  /** The file is not the version asked for. */
  readonly onNotOk: (task: FileTask, outcome: Exclude<Outcome, { status: 'ok' | 'hole' }>) => void;
  /** The file alone has failed. */
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
  take(work: BlockWork, outcome: Outcome, content: Buffer, keep: KeepBlock): Promise<void> | null {
    const { file } = work;
    if (file.dead) return null;
    if (outcome.status !== 'ok' && outcome.status !== 'hole') {
      this.#drop(file);
      this.#parts.onNotOk(file.task, outcome);
      return null;
    }
    try {
      return this.#write(work, outcome.status === 'hole' ? null : content, keep);
    } catch (error) {
      this.#failed(file, error);
      return null;
    }
  }

  #write(work: BlockWork, content: Buffer | null, keep: KeepBlock): Promise<void> | null {
    const { writer, clock } = this.#parts;
    const { file, offset, length } = work;
    file.open ??= this.#create(file);
    if (content === null || file.task.sparse) {
      const startMs = performance.now();
      if (content !== null) writer.writeSparseBlock(file.open, offset, content);
      clock.since('disk', startMs);
      this.#written(file, length);
      return null;
    }
    const release = keep();
    this.#beginWrite(file);
    const { open } = file;
    const [before, last] = file.lastWrites;
    const write = before.then(() => writer.writeBlock(open, offset, content));
    file.lastWrites = [last, write.catch(() => undefined)];
    return write
      .then(
        () => {
          if (!file.dead) this.#written(file, length);
        },
        (error: unknown) => this.#failed(file, error),
      )
      .finally(() => {
        release();
        this.#endWrite(file);
      });
  }

  #create(file: LargeFile): NonNullable<LargeFile['open']> {
    const opened = this.#parts.writer.open(file.task.target);
    this.#open.add(file);
    return opened;
  }

  #beginWrite(file: LargeFile): void {
    if (this.#writes === 0) this.#writingSinceMs = performance.now();
    this.#writes += 1;
    file.writing += 1;
  }

  #endWrite(file: LargeFile): void {
    this.#writes -= 1;
    file.writing -= 1;
    if (file.dead && file.writing === 0) this.#removePart(file);
    if (this.#writes > 0) return;
    this.#parts.clock.since('write', this.#writingSinceMs);
    this.#onIdle?.();
  }

  #written(file: LargeFile, length: number): void {
    const { tally, writer } = this.#parts;
    file.blocksLeft -= 1;
    file.doneBytes += length;
    tally.doneBytes += length;
    if (file.blocksLeft > 0 || file.open === null) return;
    const { task, open } = file;
    this.#open.delete(file);
    file.dead = true;
    file.open = null;
    try {
      writer.setLength(open, task.version.size);
    } catch (error) {
      writer.discard(open);
      this.#failed(file, error);
      return;
    }
    writer.complete(open, metadataOf(task));
    tally.files += 1;
    tally.doneFiles += 1;
  }

  /** @throws Failure that fails the whole job. */
  #failed(file: LargeFile, error: unknown): void {
    const isFirst = !file.dead || file.open === null;
    this.#drop(file);
    const failure = toFailure(error);
    if (failsWholeJob(failure)) throw failure;
    if (isFirst) this.#parts.onFailed(file.task, failure);
  }

  /** Gives a file up: its part goes once nothing is being written to it, later answers are ignored. */
  #drop(file: LargeFile): void {
    file.dead = true;
    this.#parts.tally.doneBytes -= file.doneBytes;
    file.doneBytes = 0;
    if (file.writing === 0) this.#removePart(file);
  }

  #removePart(file: LargeFile): void {
    this.#open.delete(file);
    if (file.open === null) return;
    const open = file.open;
    file.open = null;
    try {
      this.#parts.writer.discard(open);
    } catch {
      // The part is gone already; nothing of it is left to remove.
    }
  }

  /** Removes the parts of all unfinished files, once nothing is being written any more. */
  async abandon(): Promise<void> {
    for (const file of [...this.#open]) this.#drop(file);
    if (this.#writes === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
