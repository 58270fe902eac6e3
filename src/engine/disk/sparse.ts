import { libc } from './libc.ts';

/** Zeros are looked for in pieces of one page: the smallest hole common file systems keep. */
const PIECE_BYTES = 4096;

const zeros = Buffer.alloc(PIECE_BYTES);

export interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * The pieces of a block that hold anything but zeros, joined where they touch; what lies between may
 * stay a hole. Offsets are relative to the block, which starts at a multiple of the piece size.
 */
export function dataPieces(block: Buffer): Piece[] {
  const pieces: { start: number; end: number }[] = [];
  for (let start = 0; start < block.length; start += PIECE_BYTES) {
    const end = Math.min(start + PIECE_BYTES, block.length);
    if (block.compare(zeros, 0, end - start, start, end) === 0) continue;
    const last = pieces[pieces.length - 1];
    if (last !== undefined && last.end === start) last.end = end;
    else pieces.push({ start, end });
  }
  return pieces;
}

/** Whether nothing is allocated of a block, so that it reads as zeros; false where that cannot be told. */
export function isHoleIn(fd: number, block: { readonly offset: number; readonly length: number }): boolean {
  if (libc === null) return false;
  const data = libc.seekData(fd, block.offset);
  return data < 0 || data >= block.offset + block.length;
}
