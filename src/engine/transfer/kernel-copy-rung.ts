import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { copyInKernel } from '../disk/clone.ts';
import { closeFd } from '../disk/folder.ts';
import type { OpenFile } from '../disk/open-file.ts';
import { isSameVersion, statFd } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { Rung } from '../reuse/ladder.ts';
import type { SelectedItem } from '../source/selection.ts';
import { LocalSource } from './local-source.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask } from './work-queue.ts';

/** Below it our own copy costs as little, and says more about what it has copied. */
const FROM_BYTES = 1024 * 1024;
/** What is begun again after an interruption, at most: only our own copy goes on inside a file. */
const MOST_BYTES = 4 * 1024 ** 3;
/** Between two looks at what else is to be done: some milliseconds of work. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Files in a row that the kernel would not copy, after which no further one is tried. */
const MAX_MISSES = 3;
/** How often a copy that may not go on looks whether it may. */
const LOOK_MS = 20;

/** Whether the job may move content now; as `PullGate`. */
export interface CopyGate {
  readonly isOpen: boolean;
  took(bytes: number): void;
}

interface KernelCopyParts {
  readonly items: readonly SelectedItem[];
  readonly writer: TreeWriter;
  readonly clock: StageClock;
  readonly gate: () => CopyGate;
  /** So much more of a file is in its temp; less than nothing when it is given up. */
  readonly onMoved: (bytes: number) => void;
  /** All of the file is in its temp, and none of it counts as moved any more. Throws nothing. */
  readonly onCopied: (task: FileTask, open: OpenFile) => void;
  /** There is a file less. */
  readonly onNews: () => void;
}

/**
 * Large files of this device itself that cannot share storage, copied by the kernel: nothing of them comes to this
 * process, so nothing is hashed. Whatever goes wrong is left to the next rung, which reads and says what it is.
 */
export class KernelCopyRung implements Rung<FileTask> {
  readonly #parts: KernelCopyParts;
  readonly #source: LocalSource;
  readonly #stop = new AbortController();
  readonly #waiting: { readonly task: FileTask; readonly miss: () => void }[] = [];
  #misses = 0;
  #running: Promise<void> | null = null;
  pendingFiles = 0;

  constructor(parts: KernelCopyParts) {
    this.#parts = parts;
    this.#source = new LocalSource(parts.items, parts.writer);
  }

  take(task: FileTask, miss: () => void): boolean {
    const { size } = task.version;
    // Only our own copy leaves holes out.
    const isFit = size >= FROM_BYTES && size <= MOST_BYTES && task.holeBytes === 0;
    const isHopeless = !this.#source.isThere || this.#misses >= MAX_MISSES;
    if (!isFit || isHopeless || this.#stop.signal.aborted) return false;
    this.#waiting.push({ task, miss });
    this.pendingFiles += 1;
    this.#running ??= this.#run();
    return true;
  }

  nextAsk(): null {
    return null;
  }

  async #run(): Promise<void> {
    // Whoever calls is in the middle of something.
    await nextTurn();
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const open = this.#misses < MAX_MISSES ? await this.#copy(next.task) : null;
      if (this.#stop.signal.aborted) break;
      this.pendingFiles -= 1;
      this.#misses = open === null ? this.#misses + 1 : 0;
      if (open === null) next.miss();
      else this.#parts.onCopied(next.task, open);
      this.#parts.onNews();
    }
    this.#running = null;
  }

  /** Null where it cannot be, and when it was closed: the temp is gone then. */
  async #copy(task: FileTask): Promise<OpenFile | null> {
    const { writer, onMoved } = this.#parts;
    let [from, open, moved]: [number | null, OpenFile | null, number] = [null, null, 0];
    try {
      from = this.#source.open(task);
      if (from === null) return null;
      open = writer.open(task.target);
      while (moved < task.version.size && (await this.#mayGoOn())) {
        const count = this.#copyPiece(from, open.fd, moved, task.version.size);
        if (count === 0) break;
        moved += count;
        onMoved(count);
        await nextTurn();
      }
      const isWhole = moved === task.version.size && isSameVersion(statFd(from), task.version);
      if (isWhole && !this.#stop.signal.aborted) return open;
    } catch {
      // The next rung reads and writes the same, and says what is wrong.
    } finally {
      onMoved(-moved);
      if (from !== null) closeFd(from);
    }
    if (open !== null) writer.discard(open);
    return null;
  }

  #copyPiece(from: number, to: number, at: number, size: number): number {
    const { clock, gate } = this.#parts;
    const length = Math.min(PIECE_BYTES, size - at);
    gate().took(length);
    const startMs = performance.now();
    const count = copyInKernel(from, at, to, at, length);
    clock.since('disk', startMs);
    return count;
  }

  /** Resolves once there is room under pause and limit; false when it was closed. */
  async #mayGoOn(): Promise<boolean> {
    const { signal } = this.#stop;
    while (!signal.aborted && !this.#parts.gate().isOpen) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
    return !signal.aborted;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#source.close();
  }
}
