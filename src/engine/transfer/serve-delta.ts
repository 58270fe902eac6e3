import { setImmediate as nextTurn } from 'node:timers/promises';
import { SumIndex } from '../reuse/delta-index.ts';
import { countBlocks, findCopies } from '../reuse/delta-match.ts';
import { answerGap } from '../reuse/delta-patch.ts';
import { runSearch } from '../reuse/delta-run.ts';
import { quickSum } from '../reuse/delta-sums.ts';
import { type ReadRequest, SearchWindow } from '../reuse/delta-window.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import {
  type Copy,
  decodeWantMatches,
  decodeWantPatch,
  encodePatch,
  encodeSampleCount,
  type WantMatches,
  type WantPatch,
  writeCopies,
} from '../wire/data-delta.ts';
import { BLOCK_BYTES, STATUS } from '../wire/data-frame.ts';
import { encodeOutcome, type Outcome } from '../wire/data-run-table.ts';
import type { ServeJob } from './serve-job.ts';

/** Places of a file that are searched for samples of its old version, spread evenly. */
const SAMPLED_PLACES = 32;
/** Copies that fit into one frame's meta whatever their numbers are. */
const MAX_COPIES = 32_768;

/** What a delta frame is answered with. `length`: bytes of content left in the buffer. */
export interface DeltaAnswer {
  readonly status: number;
  readonly meta: Buffer;
  readonly length: number;
}

/** What a delta needs from the connection that asks for it. */
export interface DeltaTurn {
  readonly signal: AbortSignal;
  /** Says now and then that work goes on, so that silence is not taken for death. */
  readonly onTurn: () => void;
}

/** The file is not the version asked for, or cannot be read. */
class NotThatFile extends Error {
  readonly outcome: Exclude<Outcome, { status: 'ok' }>;

  constructor(outcome: Exclude<Outcome, { status: 'ok' }>) {
    super(outcome.status);
    this.outcome = outcome;
  }
}

function noDelta({ outcome }: NotThatFile): DeltaAnswer {
  return { status: STATUS[outcome.status], meta: encodeOutcome(outcome), length: 0 };
}

/** What of the old version is in the new one. @throws Failure `peer-misbehaved`, `over-cap`. */
export async function answerMatches(job: ServeJob, body: Buffer, turn: DeltaTurn): Promise<DeltaAnswer> {
  const want = decodeWantMatches(body);
  return refusesDelta(job) ?? job.searches.inTurn(() => answered(() => matches(job, want, turn)));
}

/** What somebody else holds comes over a connection of its own, which is no faster than sending it. Null: it may. */
export function refusesDelta(job: ServeJob): DeltaAnswer | null {
  return job.source.remote === undefined ? null : noDelta(new NotThatFile({ status: 'vanished' }));
}

/** The same, or that there is no such file any more. */
export async function answered(answer: () => Promise<DeltaAnswer>): Promise<DeltaAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof NotThatFile) return noDelta(error);
    throw error;
  }
}

async function matches(job: ServeJob, want: WantMatches, turn: DeltaTurn): Promise<DeltaAnswer> {
  const read = readerOf(job, want, turn);
  if (want.strideBytes > 0) {
    const samples = new SumIndex(want.sums, quickSum);
    const meta = encodeSampleCount(await countSamples(job, want, samples, read));
    return { status: STATUS.ok, meta, length: 0 };
  }
  const index = new SumIndex(want.sums);
  const { offset: from, length } = want;
  job.chargeSearch(length);
  const range = { from, to: from + length };
  const window = SearchWindow.reading(from, range.to, 2 * index.blockBytes);
  const copies = await runSearch(findCopies(window, range, index), read);
  const writer = new ByteWriter(64 * 1024);
  writeCopies(writer, longest(copies), index.blockBytes);
  return { status: STATUS.ok, meta: writer.view(), length: 0 };
}

/** As many copies as a frame takes; of more, those that bring most. */
function longest(copies: readonly Copy[]): readonly Copy[] {
  if (copies.length <= MAX_COPIES) return copies;
  const kept = copies.toSorted((a, b) => b.blocks - a.blocks).slice(0, MAX_COPIES);
  return kept.sort((a, b) => a.at - b.at);
}

async function countSamples(
  job: ServeJob,
  { version: { size }, strideBytes }: WantMatches,
  index: SumIndex,
  read: (request: ReadRequest) => Promise<void>,
): Promise<{ readonly expected: number; readonly found: number }> {
  // Holds one sample in a file that is the same.
  const placeBytes = Math.min(size, strideBytes);
  const places = Math.min(SAMPLED_PLACES, Math.ceil(size / Math.max(1, placeBytes)));
  job.chargeSearch(places * placeBytes);
  let found = 0;
  for (let place = 0; place < places; place++) {
    const from = Math.floor(((size - placeBytes) * place) / Math.max(1, places - 1));
    const range = { from, to: from + placeBytes };
    const window = SearchWindow.reading(range.from, range.to, 2 * index.blockBytes);
    found += await runSearch(countBlocks(window, range, index), read);
  }
  return { expected: Math.floor((places * placeBytes) / strideBytes), found };
}

/** Reads for a search, and lets other connections of the worker have their turn before it goes on. */
export function readerOf(
  job: ServeJob,
  { path, version }: Pick<WantMatches, 'path' | 'version'>,
  { signal, onTurn }: DeltaTurn,
): (request: ReadRequest) => Promise<void> {
  let searchedSinceMs = performance.now();
  return async ({ offset, into }) => {
    job.clock.since('hash', searchedSinceMs);
    const want = { path, version, offset, length: into.length };
    const outcome = await job.source.readBlock(want, into, job.clock, signal);
    if (outcome.status === 'hole') into.fill(0);
    else if (outcome.status !== 'ok') throw new NotThatFile(outcome);
    onTurn();
    await nextTurn(undefined, { signal });
    searchedSinceMs = performance.now();
  };
}

/**
 * Hashes of blocks of the new version, and of their gaps what the old one lacks, which is left in `literals`.
 * @throws Failure `peer-misbehaved`, `over-cap`.
 */
export async function answerPatch(
  job: ServeJob,
  body: Buffer,
  literals: Buffer,
  turn: DeltaTurn,
): Promise<DeltaAnswer> {
  const want = decodeWantPatch(body);
  const refusal = refusesDelta(job);
  if (refusal !== null) return refusal;
  return answered(() => (want.isHashed ? patch(job, want, literals, turn) : gaps(job, want, literals, turn)));
}

/** What is in the gaps: nothing else is read. */
async function gaps(job: ServeJob, want: WantPatch, literals: Buffer, turn: DeltaTurn): Promise<DeltaAnswer> {
  const read = readerOf(job, want, turn);
  const longest = want.gaps.reduce((most, { length }) => Math.max(most, length), 0);
  const buffer = Buffer.allocUnsafe(longest);
  const copies: (readonly Copy[])[] = [];
  let end = 0;
  for (const { at, length, sums } of want.gaps) {
    job.chargeSearch(length);
    const content = buffer.subarray(0, length);
    await read({ offset: want.offset + at, into: content });
    const startMs = performance.now();
    const answer = answerGap(content, sums, literals, end);
    job.clock.since('hash', startMs);
    end = answer.end;
    copies.push(answer.copies);
  }
  job.charge(end);
  return { status: STATUS.ok, meta: encodePatch(want, { hashes: [], copies }), length: end };
}

async function patch(
  job: ServeJob,
  want: WantPatch,
  literals: Buffer,
  turn: DeltaTurn,
): Promise<DeltaAnswer> {
  const { offset, length, gaps } = want;
  job.chargeSearch(length);
  const read = readerOf(job, want, turn);
  const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, length));
  const hashes: Buffer[] = [];
  const copies: (readonly Copy[])[] = [];
  let end = 0;
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const content = block.subarray(0, Math.min(BLOCK_BYTES, length - at));
    await read({ offset: offset + at, into: content });
    const startMs = performance.now();
    hashes.push(hashBytes(content));
    for (let gap = gaps[copies.length]; gap !== undefined && gap.at < at + BLOCK_BYTES; ) {
      const answer = answerGap(
        content.subarray(gap.at - at, gap.at - at + gap.length),
        gap.sums,
        literals,
        end,
      );
      end = answer.end;
      copies.push(answer.copies);
      gap = gaps[copies.length];
    }
    job.clock.since('hash', startMs);
  }
  job.charge(end);
  return { status: STATUS.ok, meta: encodePatch(want, { hashes, copies }), length: end };
}
