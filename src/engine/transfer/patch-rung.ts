import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { bringWhole } from '../disk/clone.ts';
import { closeFd } from '../disk/folder.ts';
import type { OpenFile } from '../disk/open-file.ts';
import { isStillThere, openReplaced, openTarget } from '../disk/open-target.ts';
import { partName } from '../disk/part-names.ts';
import type { Stat } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { Rung } from '../reuse/ladder.ts';
import { type SelectedItem, Selection } from '../source/selection.ts';
import type { Patch } from './patch.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask } from './work-queue.ts';

interface PatchParts {
  readonly job: JobId;
  /** What is copied, where that is on this device itself. */
  readonly local: readonly SelectedItem[] | null;
  readonly writer: TreeWriter;
  readonly clock: StageClock;
  /** The file is open and holds all that was there before: the piece can be written into it. */
  readonly onReady: (task: FileTask, open: OpenFile) => void;
  readonly onFailed: (failure: Failure) => void;
  /** There is something to fetch, or a file less. */
  readonly onNews: () => void;
}

/**
 * Sees to it that the piece of a file comes into all that was there before: into a clone of the target, or a copy of
 * it where the file system cannot share storage, which takes its place when the piece is whole; or in place.
 */
export class PatchRung implements Rung<FileTask> {
  readonly #parts: PatchParts;
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;

  constructor(parts: PatchParts) {
    this.#parts = parts;
  }

  take(task: FileTask): boolean {
    const { patch } = task;
    if (patch === undefined || this.#isClosed) return false;
    const run = this.#prepare(task, patch)
      .catch((error: unknown) => {
        if (!this.#isClosed) this.#parts.onFailed(toFailure(error));
      })
      .finally(() => {
        this.#running.delete(run);
        if (!this.#isClosed) this.#parts.onNews();
      });
    this.#running.add(run);
    return true;
  }

  get pendingFiles(): number {
    return this.#running.size;
  }

  nextAsk(): null {
    return null;
  }

  async #prepare(task: FileTask, patch: Patch): Promise<void> {
    // Whoever calls is in the middle of something.
    await nextTurn();
    if (this.#isClosed) return;
    const open = await this.#open(task, patch);
    if (open !== null) this.#parts.onReady(task, open);
  }

  /** Null when it was closed meanwhile. */
  async #open(task: FileTask, { old, range }: Patch): Promise<OpenFile | null> {
    const { writer, job } = this.#parts;
    if (old === null) return writer.open(task.target);
    if (!range.inPlace) return await this.#copyOf(task, old);
    this.#refuseItself(old);
    const folder = writer.folders.get(task.target.folder);
    return { ...openTarget(folder, task.target, old), mark: partName(job) };
  }

  async #copyOf({ target }: FileTask, old: Stat): Promise<OpenFile | null> {
    const { writer, clock } = this.#parts;
    const from = openReplaced(writer.folders.get(target.folder), target, old);
    let open: OpenFile | null = null;
    try {
      open = writer.open(target);
      const startMs = performance.now();
      await bringWhole(from, open.fd, old.size, () => !this.#isClosed);
      clock.since('disk', startMs);
      if (!isStillThere(from, old)) throw new Failure('destination-changed');
      if (!this.#isClosed) return open;
      writer.discard(open);
      return null;
    } catch (error) {
      if (open !== null) writer.discard(open);
      throw error;
    } finally {
      closeFd(from);
    }
  }

  /** A file that is read and written at once would be another one with every byte. @throws Failure `usage`. */
  #refuseItself({ inode }: Stat): void {
    const { local } = this.#parts;
    if (local === null) return;
    const selection = Selection.open(local);
    try {
      for (const name of selection.names()) {
        const found = selection.tree.parentOf([name]).statName(selection.tree.nameOnDisk([name]));
        if (found?.inode !== inode) continue;
        throw new Failure('usage', { reason: 'a file cannot be patched in place with a piece of itself' });
      }
    } finally {
      selection.close();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#running);
  }
}
