import { Failure, toFailure } from '../../shared/failure.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { BytePath } from '../wire/byte-name.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import { failsWholeJob } from './fatal.ts';
import type { LinkList } from './link-list.ts';
import type { PullTally } from './pull-tally.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask, LargeFile, Work, WorkQueue } from './work-queue.ts';

/** Times a file that keeps changing is asked for before it is listed as changed. */
const MAX_TRIES = 3;

type BlockWork = Work & { kind: 'block' };

interface FileParts {
  readonly writer: TreeWriter;
  readonly queue: WorkQueue;
  readonly links: LinkList;
  readonly tally: PullTally;
  readonly clock: StageClock;
}

/**
 * Puts received content on disk: small files whole, large ones block by block. What concerns one file
 * becomes its problem; what every file would meet fails the job.
 */
export class PullFiles {
  readonly #parts: FileParts;
  /** Large files with a part on disk. */
  readonly #open = new Set<LargeFile>();

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  get hasOpen(): boolean {
    return this.#open.size > 0;
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
        this.#finished(task);
      });
    }
    clock.since('disk', startMs);
  }

  /** @throws Failure that fails the whole job. */
  takeBlock(work: BlockWork, outcome: Outcome, content: Buffer): void {
    const { file } = work;
    if (file.dead) return;
    if (outcome.status !== 'ok' && outcome.status !== 'hole') {
      this.#drop(file);
      this.#notOk(file.task, outcome);
      return;
    }
    const startMs = performance.now();
    this.#guard(
      file.task,
      () => this.#writeBlock(file, work, outcome.status === 'hole' ? null : content),
      () => this.#drop(file),
    );
    this.#parts.clock.since('disk', startMs);
  }

  #writeBlock(file: LargeFile, { offset, length }: BlockWork, content: Buffer | null): void {
    const { writer, tally } = this.#parts;
    const { task } = file;
    if (file.open === null) {
      file.open = writer.open(task.target);
      this.#open.add(file);
    }
    if (content !== null) writer.writeBlock(file.open, offset, content, task.sparse);
    file.blocksLeft -= 1;
    file.doneBytes += length;
    tally.doneBytes += length;
    if (file.blocksLeft > 0) return;
    this.#open.delete(file);
    file.dead = true;
    writer.setLength(file.open, task.version.size);
    writer.complete(file.open, metadataOf(task));
    tally.files += 1;
    tally.doneFiles += 1;
  }

  #finished(task: FileTask): void {
    const { tally } = this.#parts;
    tally.files += 1;
    tally.doneFiles += 1;
    tally.doneBytes += task.version.size;
  }

  /** A file that is not the version asked for: tried again, or listed. */
  #notOk(task: FileTask, outcome: Exclude<Outcome, { status: 'ok' }>): void {
    if (outcome.status === 'changed' && task.tries + 1 < MAX_TRIES) {
      const { queue, tally } = this.#parts;
      tally.totalBytes += outcome.version.size - task.version.size;
      queue.add({ ...task, version: outcome.version, mode: outcome.mode, tries: task.tries + 1 });
      return;
    }
    this.#failed(task, failureOf(outcome));
  }

  #guard(task: FileTask, step: () => void, cleanUp: () => void = () => undefined): void {
    try {
      step();
    } catch (error) {
      cleanUp();
      const failure = toFailure(error);
      if (failsWholeJob(failure)) throw failure;
      this.#failed(task, failure);
    }
  }

  #failed(task: FileTask, failure: Failure): void {
    const { tally, links } = this.#parts;
    tally.addProblem(this.pathOf(task), failure);
    tally.doneFiles += 1;
    tally.doneBytes += task.version.size;
    if (task.group > 0) links.noteFailed(task.group, failure);
  }

  /** Gives a large file up: its part is removed, answers still under way are ignored. */
  #drop(file: LargeFile): void {
    file.dead = true;
    this.#parts.tally.doneBytes -= file.doneBytes;
    file.doneBytes = 0;
    this.#open.delete(file);
    if (file.open === null) return;
    try {
      this.#parts.writer.discard(file.open);
    } catch {
      // The part is gone or was never there; nothing of it is left to remove.
    }
    file.open = null;
  }

  /** Removes the parts of all unfinished files. */
  abandon(): void {
    for (const file of [...this.#open]) this.#drop(file);
  }

  pathOf(task: FileTask): BytePath {
    return [...this.#parts.writer.folders.sourcePath(task.folder), task.sourceName];
  }
}

function metadataOf({ mode, version }: FileTask) {
  return { mode, mtimeSec: version.mtimeSec, mtimeNs: version.mtimeNs };
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
