import { setImmediate as nextTurn } from 'node:timers/promises';
import { cloneWhole } from '../disk/clone.ts';
import { closeFd } from '../disk/folder.ts';
import type { OpenFile } from '../disk/open-file.ts';
import { isSameVersion, statFd } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { Rung } from '../reuse/ladder.ts';
import type { SelectedItem } from '../source/selection.ts';
import { LocalSource } from './local-source.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask } from './work-queue.ts';

/** Files that are cloned between two turns of the loop: about a millisecond of work. */
const AT_ONCE = 64;
/** Files in a row that cannot share storage, after which no further one is tried. */
const MAX_MISSES = 8;

interface CloneParts {
  readonly items: readonly SelectedItem[];
  readonly writer: TreeWriter;
  readonly clock: StageClock;
  /** All of the file is in its temp. Throws nothing. */
  readonly onCloned: (task: FileTask, open: OpenFile) => void;
  /** The first file that needs storage of its own. Throws nothing. */
  readonly onUnshared: () => void;
  /** There is a file less. */
  readonly onNews: () => void;
}

/**
 * Files of this device itself that the file system can give a second owner: nothing is read, nothing is written.
 * What cannot be cloned is left to the next rung; a file system that refuses is not asked for every file.
 */
export class CloneRung implements Rung<FileTask> {
  readonly #parts: CloneParts;
  readonly #source: LocalSource;
  readonly #waiting: { readonly task: FileTask; readonly miss: () => void }[] = [];
  #misses = 0;
  #isAllShared = true;
  #running: Promise<void> | null = null;
  #isClosed = false;
  pendingFiles = 0;

  constructor(parts: CloneParts) {
    this.#parts = parts;
    this.#source = new LocalSource(parts.items, parts.writer);
  }

  take(task: FileTask, miss: () => void): boolean {
    const isHopeless = !this.#source.isThere || this.#misses >= MAX_MISSES;
    if (!this.#source.isThere) this.#unshared();
    if (isHopeless || this.#isClosed || task.version.size === 0) return false;
    this.#waiting.push({ task, miss });
    this.pendingFiles += 1;
    this.#running ??= this.#run();
    return true;
  }

  nextAsk(): null {
    return null;
  }

  async #run(): Promise<void> {
    await nextTurn();
    for (let done = 1; !this.#isClosed; done++) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const isCloned = this.#misses < MAX_MISSES && this.#clone(next.task);
      this.pendingFiles -= 1;
      this.#misses = isCloned ? 0 : this.#misses + 1;
      if (!isCloned) this.#unshared();
      if (!isCloned) next.miss();
      if (done % AT_ONCE === 0) await nextTurn();
    }
    this.#running = null;
    if (!this.#isClosed) this.#parts.onNews();
  }

  #unshared(): void {
    if (!this.#isAllShared) return;
    this.#isAllShared = false;
    this.#parts.onUnshared();
  }

  #clone(task: FileTask): boolean {
    const { writer, clock, onCloned } = this.#parts;
    const startMs = performance.now();
    const open = this.#cloneInto(task, writer);
    clock.since('disk', startMs);
    if (open !== null) onCloned(task, open);
    return open !== null;
  }

  /** Null where it cannot be; reading the file then says what is wrong with it. */
  #cloneInto(task: FileTask, writer: TreeWriter): OpenFile | null {
    let from: number | null = null;
    let open: OpenFile | null = null;
    try {
      from = this.#source.open(task);
      if (from === null) return null;
      open = writer.open(task.target);
      if (cloneWhole(from, open.fd) && isSameVersion(statFd(from), task.version)) return open;
    } catch {
      // As above.
    } finally {
      if (from !== null) closeFd(from);
    }
    if (open !== null) writer.discard(open);
    return null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    this.#source.close();
  }
}
