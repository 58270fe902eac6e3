import { constants, zstdCompressSync } from 'node:zlib';
import { CODING, type Coding, MAX_WINDOW_LOG } from '../wire/zstd.ts';
import type { CompressChoice } from './compress-choice.ts';

/** Fast enough for a gigabit on one core, and most of what higher levels save. -1 would mean level 3 to Node. */
const LEVEL = 1;
/** Less is a probe of its own. */
const MIN_BYTES = 512;
/** Pieces of content that a probe looks at: the beginning is often unlike the rest. */
const PROBE_PIECE_BYTES = 8 * 1024;
const PROBE_PIECES = 3;
const PROBE_WINDOW_LOG = 15;
/** What must be saved to be worth decompressing at the other end. */
const WORTH_IT = 0.9;

/**
 * Content compressed, or null where it is to go as it is: nobody asked for it, it does not pay on this way, or a
 * probe of a few pieces says that it would hardly become smaller (what is compressed already is left alone).
 */
export function packContent(content: Buffer, coding: Coding, choice: CompressChoice): Buffer | null {
  if (coding === CODING.raw || content.length < MIN_BYTES) return null;
  if (coding === CODING.mayCompress && !choice.pays) return null;
  if (!isCompressible(content)) return null;
  const startMs = performance.now();
  const packed = compress(content, MAX_WINDOW_LOG);
  choice.compressed(content.length, performance.now() - startMs);
  return packed.length < content.length * WORTH_IT ? packed : null;
}

function isCompressible(content: Buffer): boolean {
  if (content.length <= PROBE_PIECE_BYTES * PROBE_PIECES) return true;
  const step = Math.floor((content.length - PROBE_PIECE_BYTES) / (PROBE_PIECES - 1));
  const pieces = Array.from({ length: PROBE_PIECES }, (_, piece) =>
    content.subarray(piece * step, piece * step + PROBE_PIECE_BYTES),
  );
  const probe = Buffer.concat(pieces);
  return compress(probe, PROBE_WINDOW_LOG).length < probe.length * WORTH_IT;
}

function compress(content: Buffer, windowLog: number): Buffer {
  return zstdCompressSync(content, {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_windowLog]: windowLog },
  });
}
