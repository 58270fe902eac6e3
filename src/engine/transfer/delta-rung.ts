import { type Failure, toFailure } from '../../shared/failure.ts';
import type { Stat } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { Ask } from '../reuse/ask.ts';
import { AskList, AsksClosed } from '../reuse/ask-list.ts';
import { LinkSpeed } from '../reuse/delta-choice.ts';
import { sumBlockBytes } from '../reuse/delta-sums.ts';
import type { KnownFiles } from '../reuse/known-files.ts';
import type { Rung } from '../reuse/ladder.ts';
import { MAX_RUN_FILE_BYTES } from '../wire/data-frame.ts';
import { BufferPool } from './buffer-pool.ts';
import type { ClaimBook } from './claim-book.ts';
import { DeltaBasis } from './delta-basis.ts';
import { DeltaFile, type DeltaParts } from './delta-file.ts';
import type { PullTally } from './pull-tally.ts';
import type { StageClock } from './stage-clock.ts';
import { type FileTask, type LargeFile, newLargeFile } from './work-queue.ts';

/** An older version shorter than this saves less than it costs to ask. */
const MIN_BASIS_BYTES = 64 * 1024;
/** Files worked on at a time: while one waits for its answer another is read. */
const FILES_AT_ONCE = 2;
/** Blocks being put together or written. */
const BUFFERS = 4;

/** Whether the source may learn sums of a file that is here. */
export type MayBeTold = (file: Stat) => Promise<boolean>;

/** What a source may be told of; null: nothing. */
export function toldOf(what: 'any' | 'sent' | null, known: KnownFiles | null): MayBeTold | null {
  if (what === 'any') return () => Promise.resolve(true);
  if (what === null || known === null) return null;
  return async ({ size, mtimeSec, mtimeNs, inode }) => {
    const found = await known.find([{ size, mtimeSec, mtimeNs, isAnyTime: false }]);
    return found.some((file) => file.inode === inode);
  };
}

export interface DeltaRungParts
  extends Pick<DeltaParts, 'takeBlock' | 'fetchBlock' | 'cloneInto' | 'onForeseen'> {
  readonly writer: TreeWriter;
  readonly tally: PullTally;
  readonly clock: StageClock;
  readonly claims: ClaimBook;
  readonly mayBeTold: MayBeTold;
  /** Something fails that every file would meet. */
  readonly onFailed: (failure: Failure) => void;
  /** There is something new to ask, or a file is through. */
  readonly onNews: () => void;
}

interface Taken {
  readonly file: LargeFile;
  readonly miss: () => void;
}

/** Files that replace an older version of themselves: only what differs is sent. */
export class DeltaRung implements Rung<FileTask> {
  readonly #parts: DeltaRungParts;
  readonly #asks: AskList;
  readonly #link: LinkSpeed;
  readonly #buffers = new BufferPool(BUFFERS);
  readonly #waiting: Taken[] = [];
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;

  constructor(parts: DeltaRungParts) {
    this.#parts = parts;
    this.#asks = new AskList(parts.onNews);
    this.#link = new LinkSpeed(
      () => parts.tally.movedBytes,
      () => performance.now(),
    );
  }

  take(task: FileTask, miss: () => void): boolean {
    return hasBasis(task) && this.#take({ file: newLargeFile(task, null, null), miss });
  }

  /** The same for a file of which some blocks are there already. */
  takeKept(file: LargeFile, miss: () => void): boolean {
    return hasBasis(file.task) && this.#take({ file, miss });
  }

  #take(taken: Taken): boolean {
    if (this.#isClosed) return false;
    this.#waiting.push(taken);
    this.#startNext();
    return true;
  }

  get pendingFiles(): number {
    return this.#waiting.length + this.#running.size;
  }

  nextAsk(): Ask | null {
    this.#link.look();
    return this.#parts.claims.isFull ? null : this.#asks.next();
  }

  #startNext(): void {
    while (!this.#isClosed && this.#running.size < FILES_AT_ONCE) {
      const taken = this.#waiting.shift();
      if (taken === undefined) return;
      const run = this.#run(taken).finally(() => {
        this.#running.delete(run);
        this.#startNext();
        if (!this.#isClosed) this.#parts.onNews();
      });
      this.#running.add(run);
    }
  }

  async #run({ file, miss }: Taken): Promise<void> {
    try {
      if (!(await this.#bring(file)) && !this.#isClosed) miss();
    } catch (error) {
      if (!(error instanceof AsksClosed)) this.#parts.onFailed(toFailure(error));
    }
  }

  async #bring(file: LargeFile): Promise<boolean> {
    const { writer, clock, takeBlock, fetchBlock, cloneInto, onForeseen, mayBeTold } = this.#parts;
    const { task } = file;
    const { plan } = task.target;
    if (plan.kind !== 'replace' || !(await mayBeTold(plan.expected)) || this.#isClosed) return false;
    const basis = DeltaBasis.open(writer, task, plan.expected, clock);
    if (basis === null) return false;
    const path = [...writer.folders.sourcePath(task.folder), task.sourceName];
    const [asks, buffers, link] = [this.#asks, this.#buffers, this.#link];
    const isClosed = () => this.#isClosed;
    const parts = { asks, buffers, link, clock, isClosed, takeBlock, fetchBlock, cloneInto, onForeseen };
    return await new DeltaFile({ file, path, basis }, parts).run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#asks.close();
    await Promise.all(this.#running);
    this.#buffers.close();
  }
}

function hasBasis({ target: { plan }, version, patch }: FileTask): boolean {
  if (patch !== undefined || plan.kind !== 'replace' || plan.expected.type !== 'file') return false;
  const oldBytes = plan.expected.size;
  return version.size > MAX_RUN_FILE_BYTES && oldBytes >= MIN_BASIS_BYTES && sumBlockBytes(oldBytes) !== null;
}
