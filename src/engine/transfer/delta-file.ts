import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';
import { type AskList, AsksClosed } from '../reuse/ask-list.ts';
import { isLinkFaster, isTooDifferent, type LinkSpeed } from '../reuse/delta-choice.ts';
import { PatchAssembler, wantedGaps } from '../reuse/delta-patch.ts';
import {
  type DeltaPlan,
  foreseenWireBytes,
  type PatchPlan,
  planDelta,
  toPieces,
} from '../reuse/delta-plan.ts';
import { sumBlockBytes } from '../reuse/delta-sums.ts';
import { hashBytes } from '../wire/block-hash.ts';
import type { BytePath } from '../wire/byte-name.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import {
  type BlockSums,
  type Copy,
  decodePatch,
  decodeSampleCount,
  encodeWantMatches,
  encodeWantPatch,
  type Patch,
  readCopies,
  type WantedGap,
} from '../wire/data-delta.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { DeltaBasis } from './delta-basis.ts';
import type { BlockAnswer, BlockWork } from './pull-large-files.ts';
import type { FileTask, LargeFile } from './work-queue.ts';

/** Smaller files are not sampled first: their sums cost no more than the samples would. */
const SAMPLE_FROM_BYTES = 64 * 1024 * 1024;
/** Patches of one file asked for or being written: covers the delay of a link. */
const PATCHES_AT_ONCE = 16;

const NOTHING = Buffer.alloc(0);

export interface DeltaParts {
  readonly asks: AskList;
  readonly buffers: BufferPool;
  readonly link: LinkSpeed;
  readonly isClosed: () => boolean;
  /** As `PullFiles.takeBlock`. */
  readonly takeBlock: (work: BlockWork, answer: BlockAnswer) => Promise<void> | null;
  /** As `PullFiles.cloneInto`. */
  readonly cloneInto: (file: LargeFile, clone: (fd: number) => boolean) => void;
  /** In a dry run, instead of all the rest: told about how many bytes it would take on the wire. */
  readonly onForeseen: ((task: FileTask, wireBytes: number) => void) | null;
  /** A block has to be sent after all. */
  readonly fetchBlock: (work: BlockWork) => void;
}

interface PatchAnswer {
  readonly patch: Patch;
  readonly literals: Buffer;
  readonly release: () => void;
}

/** One file that is made of its old version and of what the source sends. */
export class DeltaFile {
  readonly #file: LargeFile;
  readonly #path: BytePath;
  readonly #basis: DeltaBasis;
  readonly #parts: DeltaParts;

  /** @param path from the selection down. Owns `basis` while `run` runs. */
  constructor(file: LargeFile, path: BytePath, basis: DeltaBasis, parts: DeltaParts) {
    this.#file = file;
    this.#path = path;
    this.#basis = basis;
    this.#parts = parts;
  }

  get #version() {
    return this.#file.task.version;
  }

  /**
   * Brings the file as far as a delta can; what is left of it is handed to `fetchBlock`. False: not worth it, or
   * not possible, and nothing has been done. @throws AsksClosed when it was closed meanwhile; Failure of the job.
   */
  async run(): Promise<boolean> {
    try {
      const plan = await this.#plan();
      if (plan === null) return false;
      if (this.#parts.onForeseen !== null) {
        this.#parts.onForeseen(this.#file.task, foreseenWireBytes(plan));
        return true;
      }
      if (plan.isInPlace) this.#parts.cloneInto(this.#file, (fd) => this.#basis.cloneInto(fd));
      for (const offset of plan.whole.toReversed()) this.#fetch(offset);
      await this.#patchAll(plan.patches);
      return true;
    } finally {
      this.#basis.close();
    }
  }

  /** What the file has in common with its old version; null: too little, or nobody can say. */
  async #plan(): Promise<DeltaPlan | null> {
    const blockBytes = sumBlockBytes(this.#basis.bytes);
    if (blockBytes === null) return null;
    const sums = await this.#worthwhileSums(blockBytes);
    if (sums === null || sums.weak.length === 0) return null;
    const copies = await this.#matches(sums);
    if (copies === null) return null;
    const sizes = { newBytes: this.#version.size, oldBytes: this.#basis.bytes };
    const isThere = (block: number) => this.#file.kept?.has(block) ?? false;
    const plan = planDelta(toPieces(copies, blockBytes), sizes, isThere);
    return isTooDifferent(plan.foundBytes, sizes.newBytes) ? null : plan;
  }

  /** Sums of the old version; null: it cannot be read, or the new one is better sent whole. */
  async #worthwhileSums(blockBytes: number): Promise<BlockSums | null> {
    // The source looks for samples while sums are made here: one core each.
    let isTooDifferentYet = false;
    const sampled = this.#isSampleTooDifferent().then((isDifferent) => {
      isTooDifferentYet = isDifferent;
    });
    const summed = this.#sums(blockBytes, () => isTooDifferentYet);
    const [sample, found] = await Promise.allSettled([sampled, summed]);
    if (this.#parts.isClosed()) throw new AsksClosed();
    if (sample.status === 'rejected' || found.status === 'rejected') return null;
    if (isTooDifferentYet || found.value === null) return null;
    const { sums, bytesPerSecond } = found.value;
    return isLinkFaster(this.#parts.link.bytesPerSecond, bytesPerSecond) ? null : sums;
  }

  async #isSampleTooDifferent(): Promise<boolean> {
    if (Math.min(this.#basis.bytes, this.#version.size) < SAMPLE_FROM_BYTES) return false;
    const samples = await this.#basis.samples(this.#parts.isClosed);
    if (samples === null) throw new AsksClosed();
    const count = await this.#parts.asks.ask({
      frame: PULLER_FRAME.wantMatches,
      answer: SOURCE_FRAME.matches,
      maxBytes: 0,
      encode: () => encodeWantMatches({ path: this.#path, version: this.#version, ...samples }),
      read: ({ status, meta }) => (status === STATUS.ok ? decodeSampleCount(meta) : null),
    });
    return count === null || isTooDifferent(count.found, count.expected);
  }

  async #sums(
    blockBytes: number,
    isVain: () => boolean,
  ): Promise<{ readonly sums: BlockSums; readonly bytesPerSecond: number } | null> {
    const startMs = performance.now();
    const sums = await this.#basis.sums(blockBytes, () => isVain() || this.#parts.isClosed());
    if (sums === null) return null;
    const seconds = Math.max(1e-6, (performance.now() - startMs) / 1000);
    return { sums, bytesPerSecond: this.#basis.bytes / seconds };
  }

  #matches(sums: BlockSums): Promise<readonly Copy[] | null> {
    return this.#parts.asks.ask({
      frame: PULLER_FRAME.wantMatches,
      answer: SOURCE_FRAME.matches,
      maxBytes: 0,
      encode: () => encodeWantMatches({ path: this.#path, version: this.#version, strideBytes: 0, sums }),
      read: ({ status, meta }) => {
        if (status !== STATUS.ok) return null;
        const reader = new ByteReader(meta);
        const copies = readCopies(reader, this.#version.size, sums);
        reader.end();
        return copies;
      },
    });
  }

  async #patchAll(plans: readonly PatchPlan[]): Promise<void> {
    let next = 0;
    const oneByOne = async (): Promise<void> => {
      for (let plan = plans[next++]; plan !== undefined; plan = plans[next++]) {
        if (this.#file.dead) return;
        if (this.#parts.isClosed()) throw new AsksClosed();
        await this.#patch(plan);
      }
    };
    await allEnded(Array.from({ length: PATCHES_AT_ONCE }, oneByOne));
  }

  async #patch(plan: PatchPlan): Promise<void> {
    await nextTurn();
    let gaps: readonly WantedGap[];
    try {
      gaps = wantedGaps(plan, this.#basis.read);
    } catch {
      this.#fetchAll(plan);
      return;
    }
    const answer = await this.#ask(plan, gaps);
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

  #ask({ offset, length }: PatchPlan, gaps: readonly WantedGap[]): Promise<PatchAnswer | null> {
    const want = { path: this.#path, version: this.#version, offset, length, gaps };
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
      }
    } finally {
      await allEnded(writes);
    }
  }

  /** Takes over `buffer`. */
  #writeBlock(plan: PatchPlan, at: number, assembler: PatchAssembler, buffer: Buffer): Promise<void> | null {
    let isKept = false;
    try {
      const block = assembler.block(at / BLOCK_BYTES, buffer);
      const { offset, length, literalBytes, hash } = block;
      const content = buffer.subarray(0, length);
      if (!hashBytes(content).equals(hash)) {
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
            return () => this.#parts.buffers.give(buffer);
          },
        },
      );
    } catch (error) {
      if (error instanceof Failure) throw error;
      this.#fetch(plan.offset + at);
      return null;
    } finally {
      if (!isKept) this.#parts.buffers.give(buffer);
    }
  }

  #fetchAll({ offset, length }: PatchPlan): void {
    for (let at = offset; at < offset + length; at += BLOCK_BYTES) this.#fetch(at);
  }

  #fetch(offset: number): void {
    const length = Math.min(BLOCK_BYTES, this.#version.size - offset);
    this.#parts.fetchBlock({ kind: 'block', file: this.#file, offset, length });
  }
}

/** Waits for all of them, also when one fails: none may go on with what is closed then. @throws what the first one did. */
async function allEnded(steps: readonly Promise<void>[]): Promise<void> {
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
}
