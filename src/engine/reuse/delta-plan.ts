import { type Copy, MAX_PATCH_BYTES } from '../wire/data-delta.ts';
import { BLOCK_BYTES, HASH_BYTES } from '../wire/data-frame.ts';
import { fineBlockBytes } from './delta-sums.ts';

/** Content of the new version that the old one has. Offsets in the files. */
export interface Piece {
  readonly at: number;
  readonly oldAt: number;
  readonly length: number;
}

/** Content of the new version that was not found, and where in the old one it would have been. */
export interface Gap {
  readonly at: number;
  readonly length: number;
  readonly oldAt: number;
  /** 0: there is nothing in the old version to compare it with. */
  readonly oldLength: number;
}

/** Neighbouring blocks of 1 MiB that are made of the old version and of what the source sends. */
export interface PatchPlan {
  readonly offset: number;
  readonly length: number;
  readonly gaps: readonly Gap[];
  readonly pieces: readonly Piece[];
}

export interface DeltaPlan {
  readonly patches: readonly PatchPlan[];
  /** Offsets of blocks that are fetched whole. */
  readonly whole: readonly number[];
  /** Bytes of the new version that the old one has. */
  readonly foundBytes: number;
  /** Whether most of them are where they were. */
  readonly isInPlace: boolean;
}

/** Bytes of old content beside as many as the gap has: what a short insertion or deletion shifts. */
const GAP_SLACK_BYTES = 8 * 1024;
/** Sums and gaps of one patch; far below what a frame takes. */
const MAX_PATCH_WANT_BYTES = 128 * 1024;
const GAP_WANT_BYTES = 16;
const SUM_BYTES = 8;

/** Copies of blocks as pieces of files. */
export function toPieces(copies: readonly Copy[], blockBytes: number): Piece[] {
  return copies.map(({ at, block, blocks }) => ({
    at,
    oldAt: block * blockBytes,
    length: blocks * blockBytes,
  }));
}

/** Sizes of the two versions. */
export interface Sizes {
  readonly newBytes: number;
  readonly oldBytes: number;
}

/**
 * Cuts what was found into patches of neighbouring blocks. Blocks of which nothing is found and nothing similar
 * can be expected are fetched whole; those that `isThere` says are left out.
 * @param range of whole blocks of 1 MiB, and the only one that there are pieces of; absent is all.
 */
export function planDelta(
  pieces: readonly Piece[],
  sizes: Sizes,
  isThere: (block: number) => boolean,
  range: { readonly from: number; readonly to: number } = { from: 0, to: sizes.newBytes },
): DeltaPlan {
  const cut = new PieceCutter(pieces, sizes);
  const patches = new PatchList();
  const whole: number[] = [];
  for (let offset = range.from; offset < range.to; offset += BLOCK_BYTES) {
    const length = Math.min(BLOCK_BYTES, range.to - offset);
    const block = cut.next(offset, length);
    if (isThere(offset / BLOCK_BYTES)) continue;
    if (block.gaps.length === 1 && block.gaps[0]?.length === length && block.gaps[0].oldLength === 0) {
      whole.push(offset);
    } else {
      patches.add(block);
    }
  }
  let foundBytes = 0;
  let inPlaceBytes = 0;
  for (const { at, oldAt, length } of pieces) {
    foundBytes += length;
    if (at === oldAt) inPlaceBytes += length;
  }
  return { patches: patches.patches, whole, foundBytes, isInPlace: inPlaceBytes * 2 > foundBytes };
}

/** Of a frame that asks and its answer, with a path of usual length. */
const FRAMES_BYTES = 160;
/** A gap without an end so far on was filled anew; in a shorter one something small was edited. */
const NEW_GAP_BYTES = 128 * 1024;
/** Short blocks that a small edit touches. */
const TOUCHED_BLOCKS = 1.25;

/** About how many bytes on the wire a plan takes: what of a gap is in the old version, nobody knows before. */
export function foreseenWireBytes({ patches, whole }: DeltaPlan): number {
  let bytes = whole.length * (BLOCK_BYTES + FRAMES_BYTES);
  for (const { length, gaps } of patches) {
    bytes += FRAMES_BYTES + Math.ceil(length / BLOCK_BYTES) * HASH_BYTES;
    for (const gap of gaps) {
      const fineBytes = fineBlockBytes(gap.length);
      const isNew = gap.oldLength === 0 || gap.length >= NEW_GAP_BYTES;
      bytes += GAP_WANT_BYTES + Math.floor(gap.oldLength / fineBytes) * SUM_BYTES;
      bytes += isNew ? gap.length : Math.min(gap.length, TOUCHED_BLOCKS * fineBytes);
    }
  }
  return Math.round(bytes);
}

/** Goes along the pieces block by block. */
class PieceCutter {
  readonly #pieces: readonly Piece[];
  readonly #sizes: Sizes;
  #index = 0;

  constructor(pieces: readonly Piece[], sizes: Sizes) {
    this.#pieces = pieces;
    this.#sizes = sizes;
  }

  /** What is in the next `length` bytes; `offset` goes up from call to call. */
  next(offset: number, length: number): PatchPlan {
    const end = offset + length;
    const pieces: Piece[] = [];
    const gaps: Gap[] = [];
    for (let at = offset; at < end; ) {
      const piece = this.#pieces[this.#index];
      if (piece === undefined || piece.at >= end) {
        gaps.push(this.#gap(at, end));
        break;
      }
      const pieceEnd = piece.at + piece.length;
      if (pieceEnd <= at) {
        this.#index += 1;
        continue;
      }
      if (piece.at > at) {
        gaps.push(this.#gap(at, piece.at));
        at = piece.at;
      }
      const to = Math.min(end, pieceEnd);
      pieces.push({ at, oldAt: piece.oldAt + (at - piece.at), length: to - at });
      at = to;
    }
    return { offset, length, gaps, pieces };
  }

  /** A gap up to `end`, with the old content between its neighbours, as far along as the gap is in the whole one. */
  #gap(at: number, end: number): Gap {
    const before = this.#pieces[this.#index - 1];
    const current = this.#pieces[this.#index];
    // The piece before the gap is the last one that ends up to here.
    const isCurrentBefore = current !== undefined && current.at + current.length <= at;
    const left = isCurrentBefore ? current : before;
    const right = isCurrentBefore ? this.#pieces[this.#index + 1] : current;
    const wholeFrom = left === undefined ? 0 : left.at + left.length;
    const wholeTo = right?.at ?? this.#sizes.newBytes;
    const oldFrom = left === undefined ? 0 : left.oldAt + left.length;
    const oldRight = right?.oldAt ?? this.#sizes.oldBytes;
    // What was moved about has nothing between its neighbours: then what came next in the old version.
    const oldTo =
      oldRight > oldFrom ? oldRight : Math.min(this.#sizes.oldBytes, oldFrom + wholeTo - wholeFrom);
    const length = end - at;
    const fromLeft = oldFrom + (at - wholeFrom);
    const fromRight = oldTo - (wholeTo - at);
    const oldAt = Math.max(oldFrom, Math.min(fromLeft, fromRight));
    const oldEnd = Math.min(oldTo, Math.max(fromLeft, fromRight) + length, oldAt + length + GAP_SLACK_BYTES);
    const oldLength = oldEnd - oldAt;
    return { at, length, oldAt, oldLength: oldLength < fineBlockBytes(length) ? 0 : oldLength };
  }
}

/** Patches in the making: neighbouring blocks become one while its gaps fit into one frame. */
class PatchList {
  readonly patches: { offset: number; length: number; gaps: Gap[]; pieces: Piece[] }[] = [];
  #gapBytes = 0;
  #wantBytes = 0;

  add({ offset, length, gaps, pieces }: PatchPlan): void {
    let gapBytes = 0;
    let wantBytes = 0;
    for (const gap of gaps) {
      gapBytes += gap.length;
      wantBytes += GAP_WANT_BYTES + Math.floor(gap.oldLength / fineBlockBytes(gap.length)) * SUM_BYTES;
    }
    const last = this.patches.at(-1);
    const joins =
      last !== undefined &&
      last.offset + last.length === offset &&
      last.length + length <= MAX_PATCH_BYTES &&
      this.#gapBytes + gapBytes <= BLOCK_BYTES &&
      this.#wantBytes + wantBytes <= MAX_PATCH_WANT_BYTES;
    if (joins) {
      last.length += length;
      last.gaps.push(...gaps);
      last.pieces.push(...pieces);
      this.#gapBytes += gapBytes;
      this.#wantBytes += wantBytes;
      return;
    }
    this.patches.push({ offset, length, gaps: [...gaps], pieces: [...pieces] });
    this.#gapBytes = gapBytes;
    this.#wantBytes = wantBytes;
  }
}
