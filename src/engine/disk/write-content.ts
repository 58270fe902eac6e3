import { writeFully, writeLater } from './folder.ts';
import { fs } from './fs.ts';
import type { OpenFile } from './open-file.ts';
import { dataPieces } from './sparse.ts';
import { statFd } from './stat.ts';

/** Writes one block of an open file on the thread pool; `block` must stay as it is until then. */
export async function writeBlock(file: OpenFile, offset: number, block: Buffer): Promise<void> {
  await writeLater(file.fd, block, offset);
}

/** Writes one block of a file with holes: zeros stay unwritten. */
export function writeSparseBlock(file: OpenFile, offset: number, block: Buffer): void {
  for (const piece of dataPieces(block)) {
    writeFully(file.fd, block.subarray(piece.start, piece.end), offset + piece.start);
  }
}

/**
 * Exact length, for files whose last blocks may be holes. Cutting where nothing is to be cut unshares the last block
 * on xfs. What somebody has put behind a target that is written in place stays.
 */
export function setLength(file: OpenFile, bytes: number): void {
  const { size } = statFd(file.fd);
  if (file.mark === undefined ? size !== bytes : size < bytes) fs.ftruncateSync(file.fd, bytes);
}
