import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlockSums } from '../wire/data-delta.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { emptySums, setSum } from './delta-sums.ts';
import type { OldPages } from './old-pages.ts';

/** Sums made before their speed says anything. */
const MEASURED_BYTES = 32 * 1024 * 1024;

/** Told how long each kind of work took; `startMs` is performance.now(). */
interface SumTimer {
  since(stage: 'disk' | 'hash', startMs: number): number;
}

/** Sums of the blocks of an old version, made when they are first asked for, each once. */
export class OldSums {
  readonly blockBytes: number;
  readonly count: number;
  readonly #pages: OldPages;
  readonly #timer: SumTimer;
  readonly #sums: BlockSums;
  /** By group of blocks that are read together. */
  readonly #isMade: Uint8Array;
  readonly #perGroup: number;
  #madeBytes = 0;
  #madeMs = 0;

  /** @param blockBytes a power of two. */
  constructor(pages: OldPages, bytes: number, blockBytes: number, timer: SumTimer) {
    this.blockBytes = blockBytes;
    this.count = Math.floor(bytes / blockBytes);
    this.#pages = pages;
    this.#timer = timer;
    this.#sums = emptySums(blockBytes, this.count);
    this.#perGroup = Math.max(1, BLOCK_BYTES / blockBytes);
    this.#isMade = new Uint8Array(Math.ceil(this.count / this.#perGroup));
  }

  /** How fast they are made; null: not known yet. */
  get bytesPerSecond(): number | null {
    return this.#madeBytes < MEASURED_BYTES ? null : (this.#madeBytes / this.#madeMs) * 1000;
  }

  /**
   * Sums of blocks from `first` up to `end`, which share memory with all others; null when `isOver` says so
   * meanwhile. @throws when the old version cannot be read.
   */
  async range(first: number, end: number, isOver: () => boolean): Promise<BlockSums | null> {
    const lastGroup = Math.ceil(end / this.#perGroup);
    for (let group = Math.floor(first / this.#perGroup); group < lastGroup; group++) {
      if (this.#isMade[group] === 1) continue;
      if (isOver()) return null;
      this.#make(group);
      await nextTurn();
    }
    const { weak, strong } = this.#sums;
    return {
      blockBytes: this.blockBytes,
      weak: weak.subarray(first, end),
      strong: strong.subarray(first, end),
    };
  }

  #make(group: number): void {
    const startMs = performance.now();
    const first = group * this.#perGroup;
    const end = Math.min(this.count, first + this.#perGroup);
    const isPaged = this.blockBytes <= BLOCK_BYTES;
    const bytes = isPaged ? this.#pages.page(group) : Buffer.allocUnsafe(this.blockBytes);
    if (!isPaged) this.#pages.read(bytes, first * this.blockBytes);
    const readMs = this.#timer.since('disk', startMs);
    for (let block = first; block < end; block++) {
      const at = (block - first) * this.blockBytes;
      setSum(this.#sums, block, bytes.subarray(at, at + this.blockBytes));
    }
    const endMs = this.#timer.since('hash', readMs);
    this.#isMade[group] = 1;
    this.#madeBytes += (end - first) * this.blockBytes;
    this.#madeMs += endMs - startMs;
  }
}
