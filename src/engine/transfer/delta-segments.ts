import { toFailure } from '../../shared/failure.ts';
import { AsksClosed } from '../reuse/ask-list.ts';
import { isLinkFaster, isTooDifferent, type LinkSpeed } from '../reuse/delta-choice.ts';
import { type DeltaPlan, foreseenWireBytes, toPieces } from '../reuse/delta-plan.ts';
import type { OldSums } from '../reuse/old-sums.ts';
import { planSegment, type SegmentPlan, type SegmentRange } from '../reuse/segment-plan.ts';
import type { BlockSums } from '../wire/data-delta.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import {
  decodeSegment,
  encodeWantSegment,
  MAX_SEGMENT_BYTES,
  type Segment,
  searchedFor,
} from '../wire/data-segment.ts';
import {
  allEnded,
  type DeltaFileParts,
  type DeltaPatches,
  type PatchParts,
  type ToldHashes,
} from './delta-patches.ts';
import { SameBlocks } from './same-blocks.ts';

/** The first one is short: it tells whether it is worth going on. */
const FIRST_BYTES = 2 * BLOCK_BYTES;
/** Segments asked for or being put together: covers the delay of a link. */
const SEGMENTS_AT_ONCE = 8;
/** Content is looked for so far before and after its old place: what edits up to here may have moved it. */
const SLACK_BYTES = 256 * 1024;
/** With less of a segment found its content is elsewhere, or nowhere. */
const LEAST_SHARE = 0.5;

/** With so many blocks unchanged lately, hashes of the next ones are compared before anything is searched. */
const CALM_SHARE = 0.6;
/** Of the latest segment in what counts as lately. */
const CALM_WEIGHT = 0.3;

/** Sums of the old version about a range of the new one; `first` is the number of their first block. */
interface SumsAbout {
  readonly first: number;
  readonly sums: BlockSums;
}

export interface SegmentParts extends Pick<PatchParts, 'asks' | 'clock' | 'isClosed' | 'takeBlock'> {
  readonly link: LinkSpeed;
  readonly isDryRun: boolean;
  /** Lets the part begin as a clone of the old version. */
  readonly clone: () => void;
}

/** What could be compared, and was not clear. */
export interface OpenSegment {
  readonly plan: DeltaPlan;
  readonly told: ToldHashes;
}

/** What became of a file. Offsets are of blocks of 1 MiB. */
export interface SegmentsEnd {
  /** Whether anything of it was brought. */
  readonly isBegun: boolean;
  /** Whether all of it was compared with all of the old version: there is nothing left to search. */
  readonly isAllCompared: boolean;
  readonly unclear: readonly OpenSegment[];
  /** From here on nothing was brought, but for what was there; the size where all was compared. */
  readonly stoppedAt: number;
  /** Blocks beyond that are not there. */
  readonly open: readonly number[];
  readonly shift: number;
  readonly isLinkFaster: boolean;
  /** What was planned would take that on the wire, beside the questions asked so far. */
  readonly foreseenBytes: number;
}

/**
 * The way of an edited file that is still like its old version: both are gone through in order, each read once.
 * While the source compares one segment the sums of the next are made here, and the one before is put together.
 */
export class DeltaSegments {
  readonly #of: DeltaFileParts;
  readonly #sums: OldSums;
  readonly #patches: DeltaPatches;
  readonly #same: SameBlocks;
  readonly #parts: SegmentParts;
  readonly #running = new Set<Promise<void>>();
  readonly #unclear: OpenSegment[] = [];
  /** Segments of which too little was found. */
  readonly #missed: SegmentRange[] = [];
  #error: Error | null = null;
  #shift = 0;
  #shiftAt = -1;
  #foreseenBytes = 0;
  /** Part of the latest blocks that were the same. */
  #calm = 0;
  #isBegun = false;
  #isAllCompared = false;

  constructor(of: DeltaFileParts, sums: OldSums, patches: DeltaPatches, parts: SegmentParts) {
    this.#of = of;
    this.#sums = sums;
    this.#patches = patches;
    this.#same = new SameBlocks(of, parts, parts.isDryRun);
    this.#parts = parts;
  }

  /** @throws AsksClosed when it was closed meanwhile; Failure of the job. */
  async run(): Promise<SegmentsEnd> {
    const { size } = this.#of.file.task.version;
    let offset = 0;
    let isFaster = false;
    try {
      for (let length = firstLength(size); offset < size && this.#isGoingWell; ) {
        length = Math.min(length, size - offset);
        isFaster = isLinkFaster(this.#parts.link.bytesPerSecond, this.#sums.bytesPerSecond);
        const range = { from: offset, to: offset + length };
        if (isFaster || !(await this.#start(range))) break;
        offset += length;
        length = MAX_SEGMENT_BYTES;
        // Nothing is begun before it is known that something can be found.
        if (this.#running.size >= (this.#isBegun ? SEGMENTS_AT_ONCE : 1)) await Promise.race(this.#running);
      }
    } finally {
      await allEnded([...this.#running]);
      this.#same.close();
    }
    if (this.#error !== null) throw this.#error;
    if (this.#parts.isClosed()) throw new AsksClosed();
    return {
      isBegun: this.#isBegun,
      isAllCompared: this.#isAllCompared,
      unclear: this.#unclear,
      stoppedAt: offset,
      open: [...this.#missed, { from: offset, to: size }].flatMap((range) => this.#missingIn(range)),
      shift: this.#shift,
      isLinkFaster: isFaster,
      foreseenBytes: this.#foreseenBytes,
    };
  }

  get #isGoingWell(): boolean {
    return (
      this.#missed.length === 0 && this.#error === null && !this.#of.file.dead && !this.#parts.isClosed()
    );
  }

  #missingIn({ from, to }: SegmentRange): number[] {
    const missing: number[] = [];
    for (let at = from; at < to; at += BLOCK_BYTES) if (!this.#isThere(at / BLOCK_BYTES)) missing.push(at);
    return missing;
  }

  #isThere(block: number): boolean {
    return this.#of.file.kept?.has(block) ?? false;
  }

  /** False: there is nothing about its place to compare it with. */
  async #start(range: SegmentRange): Promise<boolean> {
    const missing = this.#missingIn(range);
    if (missing.length === 0) return true;
    const isSameLikely = this.#shift === 0 && this.#calm >= CALM_SHARE && range.to <= this.#of.basis.bytes;
    const sums = isSameLikely ? null : await this.#sumsAbout(range, SLACK_BYTES);
    if (!isSameLikely && sums === null) return false;
    const run = (sums === null ? this.#hashed(range, missing) : this.#searched(range, sums, false))
      .catch((error: unknown) => {
        this.#error ??= error instanceof Error ? error : toFailure(error);
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
    return true;
  }

  /** Null: there is nothing, or it cannot be read, and the new version does not need it. */
  async #sumsAbout({ from, to }: SegmentRange, slackBytes: number): Promise<SumsAbout | null> {
    const { blockBytes, count } = this.#sums;
    const first = Math.max(0, Math.floor((from - this.#shift - slackBytes) / blockBytes));
    const end = Math.min(count, Math.ceil((to - this.#shift + slackBytes) / blockBytes));
    if (first >= end) return null;
    try {
      const sums = await this.#sums.range(first, end, this.#parts.isClosed);
      return sums === null ? null : { first, sums };
    } catch {
      return null;
    }
  }

  /** Brings blocks that are the same by their hash; only the others are searched. */
  async #hashed(range: SegmentRange, missing: readonly number[]): Promise<void> {
    const asked = this.#ask({ ...this.#wantOf(range), sums: null });
    const different = await this.#same.bring(range, missing, asked);
    if (different === null) {
      this.#missed.push(range);
      return;
    }
    this.#noteCalm(1 - different.length / missing.length);
    // Between neighbours that are the same nothing has moved far.
    for (const run of toRuns(different, this.#of.file.task.version.size)) {
      const sums = await this.#sumsAbout(run, 0);
      if (sums === null) this.#missed.push(run);
      else await this.#searched(run, sums, true);
    }
  }

  #wantOf({ from, to }: SegmentRange) {
    return { version: this.#of.file.task.version, offset: from, length: to - from };
  }

  /** @param isNoted whether it is known already that it differs. */
  async #searched(range: SegmentRange, { first, sums }: SumsAbout, isNoted: boolean): Promise<void> {
    const want = { ...this.#wantOf(range), sums };
    const segment = await this.#ask(want);
    if (segment === null) {
      this.#missed.push(range);
      return;
    }
    const { from } = searchedFor(want);
    const copies = segment.copies.map(({ at, block, blocks }) => ({
      at: at + from,
      block: block + first,
      blocks,
    }));
    const sizes = { newBytes: want.version.size, oldBytes: this.#of.basis.bytes };
    const pieces = toPieces(copies, sums.blockBytes);
    const planned = planSegment(pieces, range, sizes, this.#shift, (block) => this.#isThere(block));
    this.#isAllCompared = want.length === want.version.size && sums.weak.length === this.#sums.count;
    if (this.#isTooLittle(planned.plan.foundBytes, want.length)) {
      this.#missed.push(range);
      return;
    }
    if (!isNoted) this.#noteCalm(planned.unclear === null ? sameShare(planned.plan) : 0);
    await this.#bring(planned, { offset: range.from, hashes: segment.hashes });
  }

  #isTooLittle(foundBytes: number, length: number): boolean {
    if (this.#isAllCompared) return isTooDifferent(foundBytes, length);
    // Of a single block all may be new without saying anything about the others.
    return foundBytes < length * LEAST_SHARE && (length > BLOCK_BYTES || !this.#isBegun);
  }

  async #bring({ plan, unclear, shift }: SegmentPlan, told: ToldHashes): Promise<void> {
    if (told.offset > this.#shiftAt) [this.#shift, this.#shiftAt] = [shift, told.offset];
    if (unclear !== null) this.#unclear.push({ plan: unclear, told });
    this.#foreseenBytes += foreseenWireBytes(plan);
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    if (this.#parts.isDryRun) return;
    if (isFirst && plan.isInPlace) this.#parts.clone();
    await this.#patches.bring(plan, told);
  }

  #noteCalm(share: number): void {
    this.#calm = this.#isBegun ? this.#calm * (1 - CALM_WEIGHT) + share * CALM_WEIGHT : share;
  }

  #ask(want: Parameters<typeof searchedFor>[0]): Promise<Segment | null> {
    return this.#parts.asks.ask({
      frame: PULLER_FRAME.wantSegment,
      answer: SOURCE_FRAME.segment,
      maxBytes: 0,
      encode: () => encodeWantSegment({ path: this.#of.path, ...want }),
      read: ({ status, meta }) => (status === STATUS.ok ? decodeSegment(meta, want) : null),
    });
  }
}

/** Part of the blocks of a plan that are all the same, or nearly. */
function sameShare({ patches }: DeltaPlan): number {
  let blocks = 0;
  let edited = 0;
  for (const { length, gaps } of patches) {
    blocks += Math.ceil(length / BLOCK_BYTES);
    edited += new Set(gaps.map(({ at }) => Math.floor(at / BLOCK_BYTES))).size;
  }
  return blocks === 0 ? 0 : 1 - edited / blocks;
}

/** Neighbouring blocks of 1 MiB as ranges. */
function toRuns(offsets: readonly number[], size: number): SegmentRange[] {
  const runs: { from: number; to: number }[] = [];
  for (const from of offsets) {
    const to = Math.min(size, from + BLOCK_BYTES);
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}

/** One for all of a small file. */
function firstLength(size: number): number {
  return size <= MAX_SEGMENT_BYTES ? size : FIRST_BYTES;
}
