import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullOrder } from '../../src/engine/transfer/pull-order.ts';
import type { FromDataWorker } from '../../src/engine/transfer/worker-messages.ts';
import { WorkerPuller } from '../../src/engine/transfer/worker-puller.ts';
import { ByteWriter } from '../../src/engine/wire/byte-writer.ts';
import {
  decodeWantMatches,
  decodeWantPatch,
  encodePatch,
  encodeSampleCount,
  writeCopies,
} from '../../src/engine/wire/data-delta.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../../src/engine/wire/data-frame.ts';
import { decodeWantSegment, encodeSegment } from '../../src/engine/wire/data-segment.ts';
import type { PullerFrame } from '../../src/engine/wire/puller-frame.ts';
import type { JobId } from '../../src/shared/ids.ts';
import type { JobResult } from '../../src/shared/job.ts';
import { FakeDevice } from './fake-device.ts';
import type { SourceConnection } from './source-connection.ts';
import { CONTENT_BYTE, enter, file, page, serveByScript } from './source-script.ts';

/** A source that says it has edited a file, and lies about what is in it. */

const BYTES = 3 * BLOCK_BYTES + 17;
const OLD = randomBytes(BYTES);
const NEW = Buffer.alloc(BYTES, CONTENT_BYTE);

let device: FakeDevice;
let into: string;
let wants: number[];

beforeEach(async () => {
  device = await FakeDevice.start();
  into = await mkdtemp(join(tmpdir(), 'ferry-delta-'));
  await writeFile(join(into, 'gift'), OLD);
  await utimes(join(into, 'gift'), 1, 1);
  wants = [];
});

afterEach(async () => {
  await device.stop();
  await rm(into, { recursive: true, force: true });
});

type Answer = (at: SourceConnection, want: PullerFrame) => boolean;

/** Pulls `gift`, which is there in an older version, from a source that answers like this; whole blocks it serves. */
async function pull(answer: Answer, delta = true): Promise<JobResult> {
  device.handlers.onData = (at) =>
    serveByScript(at, {
      pages: [page(enter(0), file('gift', BYTES))],
      onWant: (connection, want) => {
        wants.push(want.kind);
        return answer(connection, want);
      },
    });
  const job = randomBytes(16).toString('hex') as JobId;
  const order: PullOrder = {
    job,
    secret: randomBytes(32),
    sourceId: device.identity.id,
    addresses: [{ host: '127.0.0.1', port: device.port }],
    offered: { names: [Buffer.from('gift')], count: 1 },
    into: Buffer.from(into),
    streams: 1,
    onConflict: 'replace',
    checksum: false,
    delta: delta ? 'any' : null,
    reuse: false,
    dryRun: false,
    limitBytesPerSecond: null,
    orderedMs: Date.now(),
    resume: null,
  };
  const { promise, resolve } = Promise.withResolvers<JobResult>();
  const puller = new WorkerPuller(device.identity, (report: FromDataWorker) => {
    if (report.kind === 'pull-ended') resolve(report.result);
  });
  puller.start(order);
  return await promise;
}

const now = () => readFile(join(into, 'gift'));

/** Says that all whole blocks of the old version are where they were. */
function sayUnchanged(at: SourceConnection, { tag, body }: PullerFrame): void {
  const { sums } = decodeWantMatches(body);
  const writer = new ByteWriter();
  writeCopies(writer, [{ at: 0, block: 0, blocks: sums.weak.length }], sums.blockBytes);
  at.send({ kind: SOURCE_FRAME.matches, tag, meta: writer.view() });
}

/** The same of a segment but for its last block, with these hashes. */
function sayUnchangedSegment(at: SourceConnection, { tag, body }: PullerFrame, hash: Buffer): void {
  const { length, sums } = decodeWantSegment(body);
  const hashes = Array.from({ length: Math.ceil(length / BLOCK_BYTES) }, () => hash);
  const copies = sums === null ? [] : [{ at: 0, block: 0, blocks: sums.weak.length - 1 }];
  const meta = encodeSegment({ hashes, copies }, sums?.blockBytes ?? null);
  at.send({ kind: SOURCE_FRAME.segment, tag, meta });
}

/** Has nothing to say of a segment, so that all of the file is asked for. */
function passSegment(at: SourceConnection, { kind, tag }: PullerFrame): boolean {
  if (kind !== PULLER_FRAME.wantSegment) return false;
  at.send({ kind: SOURCE_FRAME.segment, tag, status: STATUS.vanished });
  return true;
}

/** Answers a patch with literals only, and these hashes. */
function sendPatch(at: SourceConnection, { tag, body }: PullerFrame, hash: Buffer): void {
  const want = decodeWantPatch(body);
  const count = want.isHashed ? Math.ceil(want.length / BLOCK_BYTES) : 0;
  const hashes = Array.from({ length: count }, () => hash);
  const gapBytes = want.gaps.reduce((sum, gap) => sum + gap.length, 0);
  const meta = encodePatch(want, { hashes, copies: [] });
  at.send({ kind: SOURCE_FRAME.patch, tag, meta, content: Buffer.alloc(gapBytes, CONTENT_BYTE) });
}

function isDelta({ kind }: PullerFrame): boolean {
  const { wantMatches, wantPatch, wantSegment } = PULLER_FRAME;
  return kind === wantMatches || kind === wantPatch || kind === wantSegment;
}

it.each([
  ['in segments', false],
  ['everywhere', true],
])('what was found %s and is not what the source has, is fetched whole', async (_where, isPassed) => {
  const result = await pull((at, want) => {
    if (!isDelta(want)) return false;
    if (isPassed && passSegment(at, want)) return true;
    if (want.kind === PULLER_FRAME.wantMatches) sayUnchanged(at, want);
    else if (want.kind === PULLER_FRAME.wantSegment) sayUnchangedSegment(at, want, randomBytes(32));
    else sendPatch(at, want, randomBytes(32));
    return true;
  });
  expect(result).toMatchObject({ state: 'done', problems: [] });
  expect((await now()).equals(NEW)).toBe(true);
  expect(wants).toContain(PULLER_FRAME.wantPatch);
  expect(wants.filter((kind) => kind === PULLER_FRAME.wantBlock)).toHaveLength(4);
});

it('a source that has no word for an older version serves the file whole', async () => {
  for (const status of [STATUS.vanished, STATUS.changed, STATUS.unreadable, 99]) {
    await writeFile(join(into, 'gift'), OLD);
    await utimes(join(into, 'gift'), 1, 1);
    const result = await pull((at, want) => {
      if (!isDelta(want)) return false;
      const isSegment = want.kind === PULLER_FRAME.wantSegment;
      const kind = isSegment ? SOURCE_FRAME.segment : SOURCE_FRAME.matches;
      at.send({ kind, tag: want.tag, status });
      return true;
    });
    expect(result).toMatchObject({ state: 'done', problems: [] });
    expect((await now()).equals(NEW)).toBe(true);
  }
});

it('a source that may not know of the old version hears nothing of it', async () => {
  expect(await pull(() => false, false)).toMatchObject({ state: 'done' });
  expect(new Set(wants)).toEqual(new Set([PULLER_FRAME.wantBlock]));
});

describe('refused, and the old version stays', () => {
  /** As the answer to a segment, and to all of the file. */
  const copies =
    (...numbers: readonly number[]): Answer =>
    (at, { tag, kind }) => {
      const meta = Buffer.from(numbers);
      const hashes = Buffer.alloc(4 * 32);
      if (kind === PULLER_FRAME.wantMatches) at.send({ kind: SOURCE_FRAME.matches, tag, meta });
      else at.send({ kind: SOURCE_FRAME.segment, tag, meta: Buffer.concat([hashes, meta]) });
      return true;
    };
  const patched =
    (spoil: (at: SourceConnection, want: PullerFrame) => void): Answer =>
    (at, want) => {
      if (want.kind === PULLER_FRAME.wantMatches) sayUnchanged(at, want);
      else if (want.kind === PULLER_FRAME.wantSegment) sayUnchangedSegment(at, want, Buffer.alloc(32));
      else spoil(at, want);
      return true;
    };
  const attacks: readonly [string, Answer][] = [
    ['a block that the old version does not have', copies(1, 0, 254, 255, 1, 1)],
    ['a block before the first', copies(1, 0, 1, 1)],
    ['a copy of no block', copies(1, 0, 0, 0)],
    ['a copy beyond the end', copies(1, 255, 255, 255, 255, 1, 0, 1)],
    ['more copies than fit', copies(255, 255, 255, 255, 127)],
    ['a number without end', copies(255, 255, 255, 255, 255, 255, 255, 255, 255, 255)],
    ['half an answer', copies(2, 0, 0, 1)],
    ['more than an answer', copies(1, 0, 0, 1, 0)],
    ['nothing', copies()],
    [
      'content with matches',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.matches, tag, meta: Buffer.from([0]), content: Buffer.alloc(10) });
        return true;
      },
    ],
    [
      'the answer of another want',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.patch, tag, meta: Buffer.from([0]) });
        return true;
      },
    ],
    ['a patch without hashes', patched((at, { tag }) => at.send({ kind: SOURCE_FRAME.patch, tag }))],
    [
      'a patch with too few literals',
      patched((at, { tag, body }) => {
        const want = decodeWantPatch(body);
        const count = want.isHashed ? Math.ceil(want.length / BLOCK_BYTES) : 0;
        const hashes = Array.from({ length: count }, () => Buffer.alloc(32));
        const meta = encodePatch(want, { hashes, copies: [] });
        at.send({ kind: SOURCE_FRAME.patch, tag, meta, content: Buffer.alloc(1) });
      }),
    ],
    [
      'a patch with a megabyte that nobody asked for',
      patched((at, { tag }) =>
        at.send({ kind: SOURCE_FRAME.patch, tag, content: Buffer.alloc(BLOCK_BYTES) }),
      ),
    ],
    [
      'a count of samples in place of copies',
      (at, { tag }) => {
        at.send({ kind: SOURCE_FRAME.matches, tag, meta: encodeSampleCount({ expected: 255, found: 9 }) });
        return true;
      },
    ],
  ];
  it.each(attacks)('%s', async (_name, answer) => {
    const { state, failure } = await pull((at, want) => isDelta(want) && answer(at, want));
    expect({ state, code: failure?.code }).toEqual({ state: 'failed', code: 'peer-misbehaved' });
    await expectOld();
  });

  it.each(attacks)('%s, for all of the file', async (_name, answer) => {
    const { state, failure } = await pull(
      (at, want) => isDelta(want) && (passSegment(at, want) || answer(at, want)),
    );
    expect({ state, code: failure?.code }).toEqual({ state: 'failed', code: 'peer-misbehaved' });
    await expectOld();
  });

  async function expectOld(): Promise<void> {
    expect((await now()).equals(OLD)).toBe(true);
    expect(await readdir(into)).toEqual(['gift']);
  }
});
