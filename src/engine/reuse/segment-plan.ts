import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { type DeltaPlan, type Piece, planDelta, type Sizes } from './delta-plan.ts';

/** A part of the new version that is compared with what is about the same place in the old one. */
export interface SegmentRange {
  readonly from: number;
  readonly to: number;
}

export interface SegmentPlan {
  readonly plan: DeltaPlan;
  /** Blocks of which too little was found here: it may be elsewhere in the old version. Null: there are none. */
  readonly unclear: DeltaPlan | null;
  /** How far content has moved on from where it was, at the end of the segment. */
  readonly shift: number;
}

/** A gap of that length is more than an edit. */
const UNCLEAR_GAP_BYTES = 128 * 1024;

/** What of `pieces` lies within `range`. */
function within(pieces: readonly Piece[], { from, to }: SegmentRange): Piece[] {
  const inside: Piece[] = [];
  for (const { at, oldAt, length } of pieces) {
    const start = Math.max(from, at);
    const end = Math.min(to, at + length);
    if (end > start) inside.push({ at: start, oldAt: oldAt + (start - at), length: end - start });
  }
  return inside;
}

/**
 * Plans a part of the new version: as `planDelta`, with what is beyond its edges where it is expected.
 * @param pieces what was found, ascending; may reach beyond.
 * @param shift so far on from its old place content is expected.
 */
export function planRange(
  pieces: readonly Piece[],
  range: SegmentRange,
  sizes: Sizes,
  shift: number,
  isThere: (block: number) => boolean,
): DeltaPlan {
  const inside = within(pieces, range);
  const last = inside.at(-1);
  const edge = (at: number, by: number): Piece => ({
    at,
    oldAt: Math.min(sizes.oldBytes, Math.max(0, at - by)),
    length: 0,
  });
  const isEnd = range.to === sizes.newBytes;
  const end = edge(range.to, isEnd ? sizes.newBytes - sizes.oldBytes : shiftAfter(last, shift));
  return planDelta([edge(range.from, shift), ...inside, end], sizes, isThere, range);
}

function shiftAfter(piece: Piece | undefined, shift: number): number {
  return piece === undefined ? shift : piece.at - piece.oldAt;
}

/** The same, but what has long gaps is planned apart. */
export function planSegment(
  pieces: readonly Piece[],
  range: SegmentRange,
  sizes: Sizes,
  shift: number,
  isThere: (block: number) => boolean,
): SegmentPlan {
  const inside = within(pieces, range);
  const unclear = unclearBlocks(inside, range);
  const plan = (isLeftOut: (block: number) => boolean) =>
    planRange(inside, range, sizes, shift, (block) => isLeftOut(block) || isThere(block));
  return {
    plan: plan((block) => unclear.has(block)),
    unclear: unclear.size === 0 ? null : plan((block) => !unclear.has(block)),
    shift: shiftAfter(inside.at(-1), shift),
  };
}

/** Blocks in which something long was not found, by number. */
function unclearBlocks(pieces: readonly Piece[], { from, to }: SegmentRange): ReadonlySet<number> {
  const blocks = new Set<number>();
  let end = from;
  for (const { at, length } of [...pieces, { at: to, length: 0 }]) {
    if (at - end >= UNCLEAR_GAP_BYTES) {
      for (let block = Math.floor(end / BLOCK_BYTES); block * BLOCK_BYTES < at; block++) blocks.add(block);
    }
    end = at + length;
  }
  return blocks;
}
