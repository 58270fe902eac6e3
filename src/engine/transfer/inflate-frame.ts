import { constants, zstdDecompressSync } from 'node:zlib';
import { Failure } from '../../shared/failure.ts';
import { readOutcomes } from '../wire/data-run-table.ts';
import { MAX_WINDOW_LOG } from '../wire/zstd.ts';
import type { SourceFrame } from './frame-assembler.ts';
import type { PullWork } from './pull-work.ts';

/**
 * A frame as it was before its source compressed it. What may come out is known beforehand (the length of the
 * block, the sizes of the run's files), so no more memory than that is ever taken, whatever the bytes say.
 * @throws Failure `peer-misbehaved` when it is no zstd, or not of exactly that length.
 */
export function inflateFrame(frame: SourceFrame, work: PullWork): SourceFrame {
  const { header, meta, content } = frame;
  const length = contentLength(meta, work);
  if (length === 0) throw misbehaved('nothing to decompress');
  let inflated: Buffer;
  try {
    inflated = zstdDecompressSync(content, {
      maxOutputLength: length,
      chunkSize: Math.max(64, length),
      params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
    });
  } catch (error) {
    throw new Failure('peer-misbehaved', { reason: 'compressed content' }, error);
  }
  if (inflated.length !== length) throw misbehaved('lying size');
  const hashed = meta.length === 0 ? inflated : Buffer.concat([meta, inflated]);
  return { header, meta, content: hashed.subarray(meta.length), hashed, isOwn: true };
}

function contentLength(meta: Buffer, work: PullWork): number {
  if (work.kind === 'block') return work.length;
  if (work.kind !== 'run') throw misbehaved('compressed answer');
  let total = 0;
  for (const [index, outcome] of readOutcomes(meta, work.files.length).entries()) {
    if (outcome.status !== 'ok') continue;
    if (outcome.length !== work.files[index]?.version.size) throw misbehaved('lying size');
    total += outcome.length;
  }
  return total;
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
