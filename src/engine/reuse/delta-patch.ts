import type { BlockSums, Copy, Patch, WantedGap } from '../wire/data-delta.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { SumIndex } from './delta-index.ts';
import { findCopies } from './delta-match.ts';
import type { Gap, PatchPlan } from './delta-plan.ts';
import { searchHeld } from './delta-run.ts';
import { fineBlockBytes, quickSum, sumsOf } from './delta-sums.ts';
import { SearchWindow } from './delta-window.ts';

/** Fills `into` with content of the old version from `offset` on. @throws when there is less of it by now. */
export type ReadOld = (into: Buffer, offset: number) => void;

/** Gaps as they are asked for, with the sums of the old content that may be like them. */
export function wantedGaps({ offset, gaps }: PatchPlan, readOld: ReadOld): WantedGap[] {
  const longest = gaps.reduce((most, gap) => Math.max(most, gap.oldLength), 0);
  const buffer = Buffer.allocUnsafe(longest);
  return gaps.map(({ at, length, oldAt, oldLength }) => {
    const wanted = { at: at - offset, length };
    if (oldLength === 0) return { ...wanted, sums: null };
    const old = buffer.subarray(0, oldLength);
    readOld(old, oldAt);
    return { ...wanted, sums: sumsOf(old, fineBlockBytes(length), quickSum) };
  });
}

/** What of a gap's new content is in the old; the rest is appended to `literals` from `at` on. */
export function answerGap(
  content: Buffer,
  sums: BlockSums | null,
  literals: Buffer,
  at: number,
): { readonly copies: readonly Copy[]; readonly end: number } {
  let end = at;
  let from = 0;
  const copies = sums === null ? [] : searchGap(content, sums);
  for (const copy of copies) {
    end += content.copy(literals, end, from, copy.at);
    from = copy.at + copy.blocks * (sums?.blockBytes ?? 0);
  }
  end += content.copy(literals, end, from);
  return { copies, end };
}

function searchGap(content: Buffer, sums: BlockSums): readonly Copy[] {
  const range = { from: 0, to: content.length };
  return searchHeld(findCopies(SearchWindow.over(content), range, new SumIndex(sums, quickSum)));
}

/** A range of a block. */
export interface Changed {
  readonly at: number;
  readonly length: number;
}

/** One block of the new version, put together. */
export interface PatchedBlock {
  readonly offset: number;
  readonly length: number;
  /** Bytes of it that were sent; the others are of the old version. */
  readonly literalBytes: number;
  /** Where it differs from what the old version has at the same place. */
  readonly changed: readonly Changed[];
  /** What the source says its hash is. */
  readonly hash: Buffer;
}

/**
 * Puts the blocks of a patch together, one after the other, from the old version and what the source has sent.
 * Whether they are right only their hash can say.
 */
export class PatchAssembler {
  readonly #plan: PatchPlan;
  readonly #wanted: readonly WantedGap[];
  readonly #patch: Patch;
  readonly #literals: Buffer;
  readonly #readOld: ReadOld;
  #literalAt = 0;
  #piece = 0;
  #gap = 0;

  constructor(
    plan: PatchPlan,
    wanted: readonly WantedGap[],
    answer: { readonly patch: Patch; readonly literals: Buffer },
    readOld: ReadOld,
  ) {
    this.#plan = plan;
    this.#wanted = wanted;
    this.#patch = answer.patch;
    this.#literals = answer.literals;
    this.#readOld = readOld;
  }

  /** Fills the start of `into` with block `index` of the patch. @throws as `ReadOld`. */
  block(index: number, into: Buffer): PatchedBlock {
    const { offset: start, length: total, pieces, gaps } = this.#plan;
    const offset = start + index * BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES, start + total - offset);
    const end = offset + length;
    const literalsBefore = this.#literalAt;
    const changed: Changed[] = [];
    for (
      let piece = pieces[this.#piece];
      piece !== undefined && piece.at < end;
      piece = pieces[this.#piece]
    ) {
      const at = piece.at - offset;
      this.#readOld(into.subarray(at, at + piece.length), piece.oldAt);
      if (piece.at !== piece.oldAt) changed.push({ at, length: piece.length });
      this.#piece += 1;
    }
    for (let gap = gaps[this.#gap]; gap !== undefined && gap.at < end; gap = gaps[this.#gap]) {
      this.#fillGap(gap, into.subarray(gap.at - offset, gap.at - offset + gap.length));
      changed.push({ at: gap.at - offset, length: gap.length });
      this.#gap += 1;
    }
    const literalBytes = this.#literalAt - literalsBefore;
    return { offset, length, literalBytes, changed, hash: this.#patch.hashes[index] as Buffer };
  }

  #fillGap(gap: Gap, into: Buffer): void {
    const blockBytes = this.#wanted[this.#gap]?.sums?.blockBytes ?? 0;
    let from = 0;
    for (const { at, block, blocks } of this.#patch.copies[this.#gap] ?? []) {
      this.#literal(into.subarray(from, at));
      from = at + blocks * blockBytes;
      this.#readOld(into.subarray(at, from), gap.oldAt + block * blockBytes);
    }
    this.#literal(into.subarray(from));
  }

  #literal(into: Buffer): void {
    this.#literals.copy(into, 0, this.#literalAt, this.#literalAt + into.length);
    this.#literalAt += into.length;
  }
}
