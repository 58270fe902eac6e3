import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statFd } from '../../src/engine/disk/stat.ts';
import { emptySums, sumsOf, weakSum, windowOf } from '../../src/engine/reuse/delta-sums.ts';
import type { ByteName } from '../../src/engine/wire/byte-name.ts';
import { ByteReader } from '../../src/engine/wire/byte-reader.ts';
import {
  type BlockSums,
  decodeSampleCount,
  encodeWantMatches,
  encodeWantPatch,
  MAX_SUMS,
  readCopies,
  type WantPatch,
} from '../../src/engine/wire/data-delta.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../../src/engine/wire/data-frame.ts';
import { encodeWantSegment, type WantSegment } from '../../src/engine/wire/data-segment.ts';
import type { FileVersion } from '../../src/engine/wire/data-version.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { FakeDevice } from './fake-device.ts';
import type { Answer, PullerConnection } from './puller-connection.ts';
import type { ControlPeer } from './raw-connection.ts';
import { copyHonestly, leakedDescriptors, openDescriptors, Victim } from './victim.ts';

/** A device that holds a grant and sends sums of versions that never were. */

const ZEROS = 3 * BLOCK_BYTES;

let descriptors: ReadonlySet<string>;
let victim: Victim;
let honest: Victim;
let device: FakeDevice;
let control: ControlPeer;
let job: JobId;
let secret: Uint8Array;
let version: FileVersion;

beforeAll(async () => {
  descriptors = await openDescriptors();
  victim = await Victim.start();
  honest = await Victim.start();
  device = await FakeDevice.start();
  const source = join(victim.sandbox, 'home', 'source');
  await mkdir(join(source, 'selected'), { recursive: true });
  await writeFile(join(source, 'secret'), 'secret'.repeat(1000));
  await writeFile(join(source, 'selected/zeros'), Buffer.alloc(ZEROS));
  await symlink('../secret', join(source, 'selected/link'));
  await using file = await open(join(source, 'selected/zeros'));
  version = statFd(file.fd);
});

beforeEach(async () => {
  const { code } = await victim.send(join(victim.sandbox, 'home', 'source', 'selected'));
  control = await device.dialControl(victim.port);
  const grant = await device.redeem(control, code);
  job = grant['job'] as JobId;
  secret = grant['secret'] as Uint8Array;
});

afterEach(async () => {
  await victim.call('jobs.cancel', { job, keep: 'parts' }).catch(() => undefined);
  control.connection.destroy();
  expect(await victim.changes()).toEqual([]);
});

afterAll(async () => {
  expect(await copyHonestly(victim, honest)).toBe('done');
  await Promise.all([victim[Symbol.asyncDispose](), honest[Symbol.asyncDispose](), device.stop()]);
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

async function opened(): Promise<PullerConnection> {
  const connection = await device.dialData(victim.port, job);
  expect(await connection.open(job, secret)).toBe('opened');
  return connection;
}

/** Asks on a fresh connection: the answer, or the code of the refusal. */
async function ask(kind: number, body: Uint8Array): Promise<Answer | string> {
  const connection = await opened();
  connection.send(kind, 1, body);
  const answer = await connection.answer();
  if (answer.kind === SOURCE_FRAME.refused) {
    await connection.connection.closed;
    return answer.meta.toString('latin1');
  }
  connection.connection.destroy();
  return answer;
}

const path = ['selected', 'zeros'] as ByteName[];
const matches = (sums: BlockSums, change: { path?: ByteName[]; strideBytes?: number } = {}) =>
  encodeWantMatches({ path, version, offset: 0, length: version.size, strideBytes: 0, sums, ...change });
const patch = (change: Partial<WantPatch>) =>
  encodeWantPatch({ path, version, offset: 0, length: BLOCK_BYTES, isHashed: true, gaps: [], ...change });
const segment = (change: Partial<WantSegment>) =>
  encodeWantSegment({ path, version, offset: 0, length: BLOCK_BYTES, sums: null, ...change });
const wanted = (body: Uint8Array) => ask(PULLER_FRAME.wantMatches, body);

it('answers an honest one, so that refusals below mean something', async () => {
  const sums = sumsOf(Buffer.alloc(ZEROS), 2048);
  const answer = (await wanted(matches(sums))) as Answer;
  expect(answer.status).toBe(STATUS.ok);
  const copies = readCopies(new ByteReader(answer.meta), ZEROS, sums);
  expect(copies).toEqual([{ at: 0, block: 0, blocks: ZEROS / 2048 }]);
});

describe('sums', () => {
  const honestSums = () => sumsOf(Buffer.alloc(8192), 1024);
  const at = (body: Buffer) => body.length - 8 * 8 - 5;
  it.each([0, 1, 9, 23, 62, 255])('of blocks of 2^%i bytes are refused', async (exponent) => {
    const body = matches(honestSums());
    body.writeUInt8(exponent, at(body));
    expect(await wanted(body)).toBe('peer-misbehaved');
  });

  it.each([0, 7, 9, MAX_SUMS + 1, 2 ** 32 - 1])(
    'of which %i are announced, and not there, are refused',
    async (count) => {
      const body = matches(honestSums());
      body.writeUInt32BE(count, at(body) + 1);
      expect(await wanted(body)).toBe('peer-misbehaved');
    },
  );

  it('of overlapping samples are refused, far apart ones are not', async () => {
    expect(await wanted(matches(honestSums(), { strideBytes: 1023 }))).toBe('peer-misbehaved');
    const answer = (await wanted(matches(honestSums(), { strideBytes: 2 ** 52 }))) as Answer;
    expect(decodeSampleCount(answer.meta).expected).toBe(0);
  });

  it('that are all alike, right everywhere and hold nowhere, end', async () => {
    const sums = emptySums(1024, MAX_SUMS);
    sums.weak.fill(weakSum(Buffer.alloc(1024), 0, windowOf(1024)));
    for (let block = 0; block < MAX_SUMS; block++) sums.strong[block] = block + 1;
    const answer = (await wanted(matches(sums))) as Answer;
    expect(answer.meta).toEqual(Buffer.from([0]));
  });
});

it.each([[['selected', 'link']], [['selected', 'no such']], [['secret']], [['selected']]])(
  'has nothing at %j, and tells nothing of it',
  async (names) => {
    const sums = sumsOf(Buffer.from('secret'.repeat(1000)), 1024);
    const change = { path: names as ByteName[] };
    expect(await wanted(matches(sums, change))).toMatchObject({ status: STATUS.vanished });
    const gaps = [{ at: 0, length: 100, sums: null }];
    const answer = (await ask(PULLER_FRAME.wantPatch, patch({ ...change, gaps }))) as Answer;
    expect(answer.status).toBe(STATUS.vanished);
    expect(answer.content).toHaveLength(0);
  },
);

it('refuses ways out of the selection', async () => {
  const sums = sumsOf(Buffer.alloc(8192), 1024);
  for (const names of [['..', 'secret'], ['selected', '..', 'secret'], ['/etc/passwd'], []]) {
    expect(await wanted(matches(sums, { path: names as ByteName[] }))).toBe('peer-misbehaved');
  }
});

it('says changed where it is asked for another version', async () => {
  const other = { ...version, size: 2 ** 40 };
  const body = encodeWantMatches({
    path,
    version: other,
    strideBytes: 0,
    offset: 0,
    length: other.size,
    sums: sumsOf(Buffer.alloc(8192), 1024),
  });
  expect(['interrupted', STATUS.changed]).toContain(
    await wanted(body).then((answer) => (typeof answer === 'string' ? answer : answer.status)),
  );
});

describe('segments', () => {
  const sums = sumsOf(Buffer.alloc(8192), 1024);
  it('of what is there are answered with hashes, and with copies where sums came', async () => {
    const hashed = (await ask(PULLER_FRAME.wantSegment, segment({}))) as Answer;
    expect([hashed.kind, hashed.status, hashed.meta.length]).toEqual([SOURCE_FRAME.segment, STATUS.ok, 32]);
    const searched = (await ask(PULLER_FRAME.wantSegment, segment({ sums }))) as Answer;
    expect(searched.meta.length).toBeGreaterThan(33);
  });

  const bodies: readonly [string, Partial<WantSegment>][] = [
    ['between blocks', { offset: 1 }],
    ['of nothing', { length: 0 }],
    ['beyond the end', { offset: ZEROS }],
    ['of 4 GiB', { length: 2 ** 32 - 1 }],
    ['with sums of blocks of 2 MiB', { sums: { ...sums, blockBytes: 2 * BLOCK_BYTES } }],
    ['with sums of blocks without length', { sums: { ...sums, blockBytes: 2 } }],
    ['beyond the selection', { path: ['..', 'secret'] as ByteName[] }],
  ];
  it.each(bodies)('%s are refused', async (_name, change) => {
    expect(await ask(PULLER_FRAME.wantSegment, segment(change))).toBe('peer-misbehaved');
  });

  it('of a file that nobody chose are not there', async () => {
    for (const names of [['selected', 'link'], ['selected', 'no such'], ['secret']]) {
      const change = { path: names as ByteName[] };
      expect(await ask(PULLER_FRAME.wantSegment, segment(change))).toMatchObject({ status: STATUS.vanished });
    }
  });

  it('are not searched again and again', async () => {
    const connection = await opened();
    const most = (264 * BLOCK_BYTES) / ZEROS;
    let answers = 0;
    for (; answers <= most; answers++) {
      connection.send(PULLER_FRAME.wantSegment, answers + 1, segment({ length: ZEROS }));
      const answer = await connection.answer().catch(() => null);
      if (answer?.kind !== SOURCE_FRAME.segment) break;
    }
    await connection.connection.closed;
    expect(answers).toBe(Math.floor(most));
  });
});

describe('patches', () => {
  const gap = { at: 0, length: 1024, sums: null };
  const bodies: readonly [string, Partial<WantPatch>][] = [
    ['between blocks', { offset: 1 }],
    ['of nothing', { length: 0 }],
    ['beyond the end', { offset: ZEROS }],
    ['of 4 GiB', { length: 2 ** 32 - 1 }],
    ['with a gap outside', { gaps: [{ ...gap, at: BLOCK_BYTES }] }],
    ['with a gap of nothing', { gaps: [{ ...gap, length: 0 }] }],
    ['with gaps that overlap', { gaps: [gap, gap] }],
    ['with a gap across blocks', { length: 2 * BLOCK_BYTES, gaps: [{ ...gap, at: BLOCK_BYTES - 1 }] }],
  ];
  it.each(bodies)('%s are refused', async (_name, change) => {
    expect(await ask(PULLER_FRAME.wantPatch, patch(change))).toBe('peer-misbehaved');
  });
});

it('does not search the same file again and again', async () => {
  const connection = await opened();
  const body = matches(sumsOf(Buffer.alloc(ZEROS), 65_536));
  // Six times what is listed, which is nothing yet, 256 MiB, and 8 MiB for the connection.
  const most = (264 * BLOCK_BYTES) / ZEROS;
  let answers = 0;
  for (; answers <= most; answers++) {
    connection.send(PULLER_FRAME.wantMatches, answers + 1, body);
    const answer = await connection.answer().catch(() => null);
    if (answer?.kind !== SOURCE_FRAME.matches) break;
  }
  await connection.connection.closed;
  expect(answers).toBe(Math.floor(most));
});
