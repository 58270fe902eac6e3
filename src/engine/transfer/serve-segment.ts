import { SumIndex } from '../reuse/delta-index.ts';
import { findCopies } from '../reuse/delta-match.ts';
import { searchHeld } from '../reuse/delta-run.ts';
import { SearchWindow } from '../reuse/delta-window.ts';
import { hashBytes } from '../wire/block-hash.ts';
import type { BlockSums, Copy } from '../wire/data-delta.ts';
import { BLOCK_BYTES, STATUS } from '../wire/data-frame.ts';
import { decodeWantSegment, encodeSegment, searchedFor, type WantSegment } from '../wire/data-segment.ts';
import { answered, type DeltaAnswer, type DeltaTurn, readerOf, refusesDelta } from './serve-delta.ts';
import type { ServeJob } from './serve-job.ts';

/** What a job's segments are read into, one after the other: fresh memory for each costs more than reading. */
const rooms = new WeakMap<ServeJob, Buffer>();

function roomFor(job: ServeJob, bytes: number): Buffer {
  let room = rooms.get(job);
  if (room === undefined || room.length < bytes) rooms.set(job, (room = Buffer.allocUnsafeSlow(bytes)));
  return room.subarray(0, bytes);
}

/**
 * Hashes of the blocks of a segment of the new version, and what of the old one is in it: everything is read once.
 * @throws Failure `peer-misbehaved`, `over-cap`.
 */
export async function answerSegment(job: ServeJob, body: Buffer, turn: DeltaTurn): Promise<DeltaAnswer> {
  const want = decodeWantSegment(body);
  const { from, to } = searchedFor(want);
  return (
    refusesDelta(job) ?? job.searches.inTurn(() => answered(() => segment(job, want, turn, { from, to })))
  );
}

async function segment(
  job: ServeJob,
  want: WantSegment,
  turn: DeltaTurn,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<DeltaAnswer> {
  job.chargeSearch(to - from);
  const bytes = roomFor(job, to - from);
  const read = readerOf(job, want, turn);
  const end = want.offset + want.length;
  const readTo = (start: number, stop: number) =>
    stop > start ? read({ offset: start, into: bytes.subarray(start - from, stop - from) }) : undefined;
  await readTo(from, want.offset);
  const hashes: Buffer[] = [];
  for (let at = want.offset; at < end; at += BLOCK_BYTES) {
    const stop = Math.min(end, at + BLOCK_BYTES);
    await readTo(at, stop);
    const startMs = performance.now();
    hashes.push(hashBytes(bytes.subarray(at - from, stop - from)));
    job.clock.since('hash', startMs);
  }
  await readTo(end, to);
  const { sums } = want;
  const startMs = performance.now();
  const copies = sums === null ? [] : search(bytes, sums);
  job.clock.since('hash', startMs);
  return { status: STATUS.ok, meta: encodeSegment({ hashes, copies }, sums?.blockBytes ?? null), length: 0 };
}

function search(bytes: Buffer, sums: BlockSums): readonly Copy[] {
  const range = { from: 0, to: bytes.length };
  return searchHeld(findCopies(SearchWindow.over(bytes), range, new SumIndex(sums)));
}
