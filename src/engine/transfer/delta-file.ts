import { type AskList, AsksClosed } from '../reuse/ask-list.ts';
import { isLinkFaster, isTooDifferent, type LinkSpeed } from '../reuse/delta-choice.ts';
import { type DeltaPlan, foreseenWireBytes, toPieces } from '../reuse/delta-plan.ts';
import { sumBlockBytes } from '../reuse/delta-sums.ts';
import type { OldSums } from '../reuse/old-sums.ts';
import { planRange, type SegmentRange } from '../reuse/segment-plan.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import {
  type BlockSums,
  type Copy,
  decodeSampleCount,
  encodeWantMatches,
  readCopies,
} from '../wire/data-delta.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import { type DeltaFileParts, DeltaPatches, type PatchParts } from './delta-patches.ts';
import { DeltaSegments, type SegmentsEnd } from './delta-segments.ts';
import type { FileTask, LargeFile } from './work-queue.ts';

/** Smaller files are not sampled first: their sums cost no more than the samples would. */
const SAMPLE_FROM_BYTES = 64 * 1024 * 1024;
/** All sums are sent for what is open of a file when that is so many times as long as they are. */
const SUMS_WORTH = 16;
const SUM_BYTES = 8;

export interface DeltaParts extends PatchParts {
  readonly asks: AskList;
  readonly link: LinkSpeed;
  /** As `PullFiles.cloneInto`. */
  readonly cloneInto: (file: LargeFile, clone: (fd: number) => boolean) => void;
  /** In a dry run, instead of all the rest: told about how many bytes it would take on the wire. */
  readonly onForeseen: ((task: FileTask, wireBytes: number) => void) | null;
}

/** One file that is made of its old version and of what the source sends. */
export class DeltaFile {
  readonly #of: DeltaFileParts;
  readonly #parts: DeltaParts;
  readonly #patches: DeltaPatches;

  /** Owns the basis while `run` runs. */
  constructor(of: DeltaFileParts, parts: DeltaParts) {
    this.#of = of;
    this.#parts = parts;
    this.#patches = new DeltaPatches(of, parts);
  }

  get #version() {
    return this.#of.file.task.version;
  }

  /**
   * Brings the file as far as a delta can; what is left of it is handed to `fetchBlock`. False: not worth it, or
   * not possible, and nothing has been done. @throws AsksClosed when it was closed meanwhile; Failure of the job.
   */
  async run(): Promise<boolean> {
    const { basis, file } = this.#of;
    const { onForeseen } = this.#parts;
    try {
      const blockBytes = sumBlockBytes(basis.bytes);
      if (blockBytes === null) return false;
      const sums = basis.sums(blockBytes);
      const end = await this.#inOrder(sums);
      const foreseenBytes = await this.#rest(sums, end);
      if (foreseenBytes === null) return false;
      onForeseen?.(file.task, Math.round(foreseenBytes));
      return true;
    } finally {
      basis.close();
    }
  }

  /** Goes through the file while it is like the old version. */
  async #inOrder(sums: OldSums): Promise<SegmentsEnd> {
    const { onForeseen, cloneInto, ...parts } = this.#parts;
    if (sums.blockBytes > BLOCK_BYTES) return nothing(this.#version.size);
    const { file, basis } = this.#of;
    return await new DeltaSegments(this.#of, sums, this.#patches, {
      ...{ ...parts, isDryRun: onForeseen !== null },
      clone: () => cloneInto(file, (fd) => basis.cloneInto(fd)),
    }).run();
  }

  /** Brings what is left. Null: that is all of it, and not worth it; else bytes foreseen, beside what was asked. */
  async #rest(sums: OldSums, end: SegmentsEnd): Promise<number | null> {
    const plan = await this.#searchEverywhere(sums, end);
    if (plan === null && !end.isBegun) return null;
    const isDryRun = this.#parts.onForeseen !== null;
    let foreseenBytes = end.foreseenBytes;
    if (plan !== null) {
      if (!end.isBegun && !isDryRun && plan.isInPlace) this.#clone();
      if (!isDryRun) await this.#patches.bring(plan, null);
      return foreseenBytes + foreseenWireBytes(plan);
    }
    const open: DeltaPlan = { patches: [], whole: end.open, foundBytes: 0, isInPlace: false };
    foreseenBytes += foreseenWireBytes(open);
    if (!isDryRun) await this.#patches.bring(open, null);
    for (const { plan: unclear, told } of end.unclear) {
      foreseenBytes += foreseenWireBytes(unclear);
      if (!isDryRun) await this.#patches.bring(unclear, told);
    }
    return foreseenBytes;
  }

  #clone(): void {
    const { file, basis } = this.#of;
    this.#parts.cloneInto(file, (fd) => basis.cloneInto(fd));
  }

  /** Looks for what is left in all of the old version; null: not worth it, or nothing is there. */
  async #searchEverywhere(sums: OldSums, end: SegmentsEnd): Promise<DeltaPlan | null> {
    const blocks = new Set(end.open);
    for (const { plan } of end.unclear) {
      for (const { offset, length } of plan.patches) {
        for (let at = offset; at < offset + length; at += BLOCK_BYTES) blocks.add(at);
      }
      for (const offset of plan.whole) blocks.add(offset);
    }
    const isSmall = blocks.size * BLOCK_BYTES < sums.count * SUM_BYTES * SUMS_WORTH;
    if (blocks.size === 0 || sums.count === 0 || end.isAllCompared || isSmall) return null;
    if (end.isLinkFaster || this.#of.file.dead) return null;
    const all = await this.#worthwhileSums(sums, end.isBegun);
    if (all === null) return null;
    const offsets = [...blocks];
    const last = offsets.reduce((most, offset) => Math.max(most, offset), 0);
    const range = {
      from: offsets.reduce((least, offset) => Math.min(least, offset), last),
      to: Math.min(this.#version.size, last + BLOCK_BYTES),
    };
    const copies = await this.#matches(all, range);
    if (copies === null) return null;
    const pieces = toPieces(copies, sums.blockBytes).map((piece) => ({
      ...piece,
      at: piece.at + range.from,
    }));
    const sizes = { newBytes: this.#version.size, oldBytes: this.#of.basis.bytes };
    const shift = end.stoppedAt > 0 ? end.shift : 0;
    const plan = planRange(pieces, range, sizes, shift, (block) => !blocks.has(block * BLOCK_BYTES));
    return isTooDifferent(plan.foundBytes, range.to - range.from) ? null : plan;
  }

  /** All sums of the old version; null: it cannot be read, or the new one is better sent whole. */
  async #worthwhileSums(sums: OldSums, isLike: boolean): Promise<BlockSums | null> {
    let found: BlockSums | null;
    try {
      if (!isLike && (await this.#isSampleTooDifferent())) return null;
      found = await sums.range(0, sums.count, this.#parts.isClosed);
    } catch {
      found = null;
    }
    if (this.#parts.isClosed()) throw new AsksClosed();
    return isLinkFaster(this.#parts.link.bytesPerSecond, sums.bytesPerSecond) ? null : found;
  }

  async #isSampleTooDifferent(): Promise<boolean> {
    const { basis, path } = this.#of;
    const version = this.#version;
    if (Math.min(basis.bytes, version.size) < SAMPLE_FROM_BYTES) return false;
    const samples = await basis.samples(this.#parts.isClosed);
    if (samples === null) throw new AsksClosed();
    const range = { offset: 0, length: version.size };
    const count = await this.#parts.asks.ask({
      frame: PULLER_FRAME.wantMatches,
      answer: SOURCE_FRAME.matches,
      maxBytes: 0,
      encode: () => encodeWantMatches({ path, version, ...range, ...samples }),
      read: ({ status, meta }) => (status === STATUS.ok ? decodeSampleCount(meta) : null),
    });
    return count === null || isTooDifferent(count.found, count.expected);
  }

  #matches(sums: BlockSums, { from, to }: SegmentRange): Promise<readonly Copy[] | null> {
    const { path } = this.#of;
    const want = { path, version: this.#version, offset: from, length: to - from, strideBytes: 0, sums };
    return this.#parts.asks.ask({
      frame: PULLER_FRAME.wantMatches,
      answer: SOURCE_FRAME.matches,
      maxBytes: 0,
      encode: () => encodeWantMatches(want),
      read: ({ status, meta }) => {
        if (status !== STATUS.ok) return null;
        const reader = new ByteReader(meta);
        const copies = readCopies(reader, want.length, sums);
        reader.end();
        return copies;
      },
    });
  }
}

/** Where nothing is compared in order. */
function nothing(size: number): SegmentsEnd {
  const open = Array.from({ length: Math.ceil(size / BLOCK_BYTES) }, (_, block) => block * BLOCK_BYTES);
  const none = {
    isBegun: false,
    isAllCompared: false,
    unclear: [],
    shift: 0,
    isLinkFaster: false,
    foreseenBytes: 0,
  };
  return { ...none, stoppedAt: 0, open };
}
