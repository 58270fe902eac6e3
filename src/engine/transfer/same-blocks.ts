import { setImmediate as nextTurn } from 'node:timers/promises';
import { AsksClosed } from '../reuse/ask-list.ts';
import type { SegmentRange } from '../reuse/segment-plan.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { Segment } from '../wire/data-segment.ts';
import { BufferPool } from './buffer-pool.ts';
import { allEnded, type DeltaFileParts, type PatchParts } from './delta-patches.ts';

/** Blocks read ahead of the source's answer, or being written. */
const BUFFERS = 16;

interface OldBlock {
  readonly offset: number;
  /** Of BLOCK_BYTES; the block is at its start. */
  readonly buffer: Buffer;
  readonly length: number;
  readonly hash: Buffer;
}

/**
 * Blocks of 1 MiB that are what they were, at the same place: each is read once here and once at the source, and
 * one hash both finds and proves it.
 */
export class SameBlocks {
  readonly #of: DeltaFileParts;
  readonly #parts: Pick<PatchParts, 'clock' | 'isClosed' | 'takeBlock'>;
  readonly #isDryRun: boolean;
  readonly #buffers = new BufferPool(BUFFERS);

  constructor(
    of: DeltaFileParts,
    parts: Pick<PatchParts, 'clock' | 'isClosed' | 'takeBlock'>,
    isDryRun: boolean,
  ) {
    this.#of = of;
    this.#parts = parts;
    this.#isDryRun = isDryRun;
  }

  /**
   * Brings those of `blocks` that are the same; returns the offsets of the others, null where the source has no
   * answer. @throws AsksClosed when it was closed meanwhile; Failure of the job.
   */
  async bring(
    { from }: SegmentRange,
    blocks: readonly number[],
    asked: Promise<Segment | null>,
  ): Promise<readonly number[] | null> {
    const different: number[] = [];
    const writes: Promise<void>[] = [];
    try {
      for (const offset of blocks) {
        const block = await this.#next(offset);
        // One block of each segment waits here, so that none keeps the memory that another needs.
        const segment = await asked;
        const told = segment?.hashes[(offset - from) / BLOCK_BYTES];
        const isSame = block !== null && told?.equals(block.hash) === true;
        if (!isSame) different.push(offset);
        const write = isSame && !this.#isDryRun ? this.#write(block) : null;
        if (write !== null) writes.push(write);
        else if (block !== null) this.#done(block, isSame);
        if (segment === null) return null;
      }
    } finally {
      await allEnded(writes);
    }
    return different;
  }

  /** Once all is brought. */
  close(): void {
    this.#buffers.close();
  }

  async #next(offset: number): Promise<OldBlock | null> {
    const buffer = await this.#buffers.take();
    const block = this.#parts.isClosed() ? null : this.#read(offset, buffer);
    if (block === null) this.#buffers.give(buffer);
    await nextTurn();
    return block;
  }

  /** Null where the old version has no such block. */
  #read(offset: number, buffer: Buffer): OldBlock | null {
    const { basis, file } = this.#of;
    const length = Math.min(BLOCK_BYTES, file.task.version.size - offset);
    if (offset + length > basis.bytes) return null;
    const content = buffer.subarray(0, length);
    let startMs = performance.now();
    try {
      basis.read(content, offset);
    } catch {
      return null;
    }
    startMs = this.#parts.clock.since('disk', startMs);
    const hash = hashBytes(content);
    this.#parts.clock.since('hash', startMs);
    return { offset, buffer, length, hash };
  }

  #done({ offset, buffer, length }: OldBlock, isSame: boolean): void {
    const isPage = !isSame && length === BLOCK_BYTES && !this.#parts.isClosed();
    this.#buffers.give(isPage ? this.#of.basis.keep(buffer, offset) : buffer);
  }

  /** Null: it needs its memory no more. */
  #write({ offset, buffer, length, hash }: OldBlock): Promise<void> | null {
    if (this.#parts.isClosed()) throw new AsksClosed();
    let isKept = false;
    const later = this.#parts.takeBlock(
      { kind: 'block', file: this.#of.file, offset, length },
      {
        outcome: { status: 'ok', length },
        content: buffer.subarray(0, length),
        hash,
        olderBytes: length,
        changed: [],
        keep: () => {
          isKept = true;
          return () => this.#buffers.give(buffer);
        },
      },
    );
    return isKept ? (later ?? Promise.resolve()) : null;
  }
}
