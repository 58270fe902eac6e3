import { setImmediate as nextTurn } from 'node:timers/promises';
import { cloneWhole } from '../disk/clone.ts';
import { closeFd, readFully } from '../disk/folder.ts';
import { isSameVersion, type Stat, statFd } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { emptySums, quickSum, setSum } from '../reuse/delta-sums.ts';
import { OldPages } from '../reuse/old-pages.ts';
import { OldSums } from '../reuse/old-sums.ts';
import type { BlockSums } from '../wire/data-delta.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { blockMemory } from './block-memory.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask } from './work-queue.ts';

/** Samples of an old version: this long, and about so many. */
const SAMPLE_BYTES = 2048;
const MAX_SAMPLES = 32_768;
const MIN_STRIDE_BYTES = 256 * 1024;
/** Pages of it in memory: of all segments under way, and what lies about them. */
const MAX_PAGES = 48;
/** Samples read between two turns of the worker's other connections. */
const SAMPLES_AT_ONCE = 256;

/** The old version of a file, open: read by descriptor, so that it is the same whatever happens to its name. */
export class DeltaBasis {
  readonly bytes: number;
  readonly #pages: OldPages;
  readonly #fd: number;
  readonly #clock: StageClock;

  private constructor(fd: number, bytes: number, clock: StageClock) {
    this.#fd = fd;
    this.bytes = bytes;
    this.#clock = clock;
    this.#pages = new OldPages(
      (into, offset) => this.#readFile(into, offset),
      bytes,
      MAX_PAGES,
      () => blockMemory.take(),
    );
  }

  /** Opens what a file is to replace; null: it is not there any more as it was planned. */
  static open(writer: TreeWriter, task: FileTask, expected: Stat, clock: StageClock): DeltaBasis | null {
    let fd: number;
    try {
      fd = writer.folders.get(task.target.folder).openFile(task.target.name);
    } catch {
      return null;
    }
    const stat = statFd(fd);
    const isSame = stat.inode === expected.inode && isSameVersion(stat, expected);
    if (isSame && stat.type === 'file') return new DeltaBasis(fd, stat.size, clock);
    closeFd(fd);
    return null;
  }

  /** Fills `into` from `offset` on. @throws when there is less by now, or it cannot be read. */
  readonly read = (into: Buffer, offset: number): void => this.#pages.read(into, offset);

  /**
   * Keeps a block of 1 MiB that was read, and is not what it was at the same place: its sums are made next.
   * Returns memory as long, to be used instead of that of `block`.
   */
  keep(block: Buffer, offset: number): Buffer {
    return this.#pages.exchange(offset / BLOCK_BYTES, block);
  }

  #readFile(into: Buffer, offset: number): void {
    if (readFully(this.#fd, into, offset) !== into.length) throw new Error('the old version was cut short');
  }

  /** Sums of its blocks, made as they are asked for. */
  sums(blockBytes: number): OldSums {
    return new OldSums(this.#pages, this.bytes, blockBytes, this.#clock);
  }

  /** Sums of blocks far apart; null when `isOver` says so meanwhile. @throws as `read`. */
  async samples(
    isOver: () => boolean,
  ): Promise<{ readonly sums: BlockSums; readonly strideBytes: number } | null> {
    const strideBytes = Math.max(MIN_STRIDE_BYTES, Math.ceil(this.bytes / MAX_SAMPLES));
    const sums = emptySums(SAMPLE_BYTES, Math.floor((this.bytes - SAMPLE_BYTES) / strideBytes) + 1);
    const buffer = Buffer.allocUnsafe(SAMPLE_BYTES);
    for (let index = 0; index < sums.weak.length; index++) {
      this.read(buffer, index * strideBytes);
      setSum(sums, index, buffer, quickSum);
      if (index % SAMPLES_AT_ONCE !== SAMPLES_AT_ONCE - 1) continue;
      await nextTurn();
      if (isOver()) return null;
    }
    return { sums, strideBytes };
  }

  /** Makes the empty file `to` share all of it; false where the file system cannot. @throws system errors. */
  cloneInto(to: number): boolean {
    return cloneWhole(this.#fd, to);
  }

  close(): void {
    closeFd(this.#fd);
    blockMemory.give(this.#pages.close());
  }
}
