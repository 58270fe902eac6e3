import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';
import { type AskList, AsksClosed } from '../reuse/ask-list.ts';
import { PatchAssembler, wantedGaps } from '../reuse/delta-patch.ts';
import type { DeltaPlan, PatchPlan } from '../reuse/delta-plan.ts';
import { hashBytes } from '../wire/block-hash.ts';
import type { BytePath } from '../wire/byte-name.ts';
import { decodePatch, encodeWantPatch, type Patch, type WantedGap } from '../wire/data-delta.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { DeltaBasis } from './delta-basis.ts';
import type { BlockAnswer, BlockWork } from './pull-large-files.ts';
import type { StageClock } from './stage-clock.ts';
import type { LargeFile } from './work-queue.ts';

/** Patches of one file asked for or being written: covers the delay of a link. */
const PATCHES_AT_ONCE = 16;

const NOTHING = Buffer.alloc(0);

export interface PatchParts {
  readonly asks: AskList;
  readonly buffers: BufferPool;
  readonly clock: StageClock;
  readonly isClosed: () => boolean;
  /** As `PullFiles.takeBlock`. */
  readonly takeBlock: (work: BlockWork, answer: BlockAnswer) => Promise<void> | null;
  /** A block has to be sent after all. */
  readonly fetchBlock: (work: BlockWork) => void;
}

/** One file of which there is an old version. */
export interface DeltaFileParts {
  readonly file: LargeFile;
  /** From the selection down. */
  readonly path: BytePath;
  readonly basis: DeltaBasis;
}

/** The hash of each block of 1 MiB from `offset` on, as the source has told. */
export interface ToldHashes {
  readonly offset: number;
  readonly hashes: readonly Buffer[];
}

interface PatchAnswer {
  readonly patch: Patch;
  readonly literals: Buffer;
  readonly release: () => void;
}

/** Puts blocks of one file together from its old version and what of them is sent. */
export class DeltaPatches {
  readonly #file: LargeFile;
  readonly #path: BytePath;
  readonly #basis: DeltaBasis;
  readonly #parts: PatchParts;

  constructor({ file, path, basis }: DeltaFileParts, parts: PatchParts) {
    this.#file = file;
    this.#path = path;
    this.#basis = basis;
    this.#parts = parts;
  }

  /**
   * Brings all of a plan; what cannot be put together is handed to `fetchBlock`.
   * @param told null: hashes are asked for together with what is in the gaps.
   * @throws AsksClosed when it was closed meanwhile; Failure of the job.
   */
  async bring(
    { patches, whole }: Pick<DeltaPlan, 'patches' | 'whole'>,
    told: ToldHashes | null,
  ): Promise<void> {
    for (const offset of whole.toReversed()) this.#fetch(offset);
    let next = 0;
    const oneByOne = async (): Promise<void> => {
      for (let plan = patches[next++]; plan !== undefined; plan = patches[next++]) {
        if (this.#file.dead) return;
        if (this.#parts.isClosed()) throw new AsksClosed();
        await this.#patch(plan, told);
      }
    };
    await allEnded(Array.from({ length: Math.min(PATCHES_AT_ONCE, patches.length) }, oneByOne));
  }

  async #patch(plan: PatchPlan, told: ToldHashes | null): Promise<void> {
    await nextTurn();
    let gaps: readonly WantedGap[];
    try {
      gaps = wantedGaps(plan, this.#basis.read);
    } catch {
      this.#fetchAll(plan);
      return;
    }
    const answer = await this.#answer(plan, gaps, told);
    if (answer === null) {
      this.#fetchAll(plan);
      return;
    }
    try {
      await this.#write(plan, new PatchAssembler(plan, gaps, answer, this.#basis.read));
    } finally {
      answer.release();
    }
  }

  async #answer(
    plan: PatchPlan,
    gaps: readonly WantedGap[],
    told: ToldHashes | null,
  ): Promise<PatchAnswer | null> {
    if (told === null) return await this.#ask(plan, gaps, true);
    const first = (plan.offset - told.offset) / BLOCK_BYTES;
    const hashes = told.hashes.slice(first, first + Math.ceil(plan.length / BLOCK_BYTES));
    if (gaps.length === 0)
      return { patch: { hashes, copies: [] }, literals: NOTHING, release: () => undefined };
    const answer = await this.#ask(plan, gaps, false);
    return answer === null ? null : { ...answer, patch: { hashes, copies: answer.patch.copies } };
  }

  #ask(
    { offset, length }: PatchPlan,
    gaps: readonly WantedGap[],
    isHashed: boolean,
  ): Promise<PatchAnswer | null> {
    const { version } = this.#file.task;
    const want = { path: this.#path, version, offset, length, isHashed, gaps };
    return this.#parts.asks.ask({
      frame: PULLER_FRAME.wantPatch,
      answer: SOURCE_FRAME.patch,
      maxBytes: gaps.reduce((sum, gap) => sum + gap.length, 0),
      encode: () => encodeWantPatch(want),
      read: ({ status, meta, content, keep }) => {
        if (status !== STATUS.ok) return null;
        const patch = decodePatch(meta, want, content.length);
        if (content.length === 0) return { patch, literals: NOTHING, release: () => undefined };
        return { patch, literals: content, release: keep() };
      },
    });
  }

  /** Puts blocks together and hands them on; one that is not what the source has is fetched whole. */
  async #write(plan: PatchPlan, assembler: PatchAssembler): Promise<void> {
    const writes: Promise<void>[] = [];
    try {
      for (let at = 0; at < plan.length && !this.#file.dead; at += BLOCK_BYTES) {
        if (this.#parts.isClosed()) throw new AsksClosed();
        const buffer = await this.#parts.buffers.take();
        const later = this.#writeBlock(plan, at, assembler, buffer);
        if (later !== null) writes.push(later);
        await nextTurn();
      }
    } finally {
      await allEnded(writes);
    }
  }

  /** Takes over `buffer`. */
  #writeBlock(plan: PatchPlan, at: number, assembler: PatchAssembler, buffer: Buffer): Promise<void> | null {
    const { clock, buffers } = this.#parts;
    let isKept = false;
    try {
      let startMs = performance.now();
      const block = assembler.block(at / BLOCK_BYTES, buffer);
      startMs = clock.since('disk', startMs);
      const { offset, length, literalBytes, hash } = block;
      const content = buffer.subarray(0, length);
      const isRight = hashBytes(content).equals(hash);
      clock.since('hash', startMs);
      if (!isRight) {
        this.#fetch(offset);
        return null;
      }
      return this.#parts.takeBlock(
        { kind: 'block', file: this.#file, offset, length },
        {
          outcome: { status: 'ok', length },
          content,
          hash,
          olderBytes: length - literalBytes,
          changed: block.changed,
          keep: () => {
            isKept = true;
            return () => buffers.give(buffer);
          },
        },
      );
    } catch (error) {
      if (error instanceof Failure) throw error;
      this.#fetch(plan.offset + at);
      return null;
    } finally {
      if (!isKept) buffers.give(buffer);
    }
  }

  #fetchAll({ offset, length }: PatchPlan): void {
    for (let at = offset; at < offset + length; at += BLOCK_BYTES) this.#fetch(at);
  }

  #fetch(offset: number): void {
    const length = Math.min(BLOCK_BYTES, this.#file.task.version.size - offset);
    this.#parts.fetchBlock({ kind: 'block', file: this.#file, offset, length });
  }
}

/** Waits for all of them, also when one fails: none may go on with what is closed then. @throws what the first one did. */
export async function allEnded(steps: readonly Promise<void>[]): Promise<void> {
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
}
