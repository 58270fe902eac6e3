import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Device, type Line, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import type { Program } from './program.ts';
import { expectSame } from './sample-tree.ts';

const MB = 1_000_000;
const MIB = 1 << 20;
const BIG_BYTES = 192 * MIB;
/** Fast enough to be soon over, slow enough to be cut off in the middle. */
const LIMIT = '20MB/s';
const START_MS = 60_000;
/** The promise: what is sent again stays below this for each stream, or 1 % of what was there. */
const RESENT_BYTES = 64 * MIB;
/** Frames, listing, control: what a copy costs beside its content. */
const OVERHEAD = 1.02;
/** Progress is told five times a second. */
const UNTOLD_BYTES = 20 * MB;
const LONG_MS = 120_000;

/** A tree that takes some seconds: a large file and many small ones. */
function createTree(world: World): string {
  const tree = world.path('tree');
  createSmallFiles(join(tree, 'small'), { files: 500 });
  createBigFile(join(tree, 'big.bin'), BIG_BYTES);
  return tree;
}

async function jobOf(device: Device): Promise<Line | undefined> {
  return (await device.run(['jobs'])).lines[0];
}

/** Waits until `bytes` of a copy are there; returns how many that are. */
async function movedPast(program: Program, bytes: number): Promise<number> {
  const line = await eventually(
    `${bytes} bytes`,
    () => program.objects.findLast((object) => Number(object['bytes'] ?? 0) >= bytes),
    LONG_MS,
  );
  return Number(line['bytes']);
}

/** Framed bytes of the one job so far, as stored in a home whose engine is not running. */
function storedWireBytes(device: Device): number {
  const database = new DatabaseSync(join(device.home, 'ferry.db'), { readOnly: true });
  try {
    const row = database.prepare('SELECT progress FROM jobs').get();
    return (JSON.parse(String(row?.['progress'])) as { wireBytes: number }).wireBytes;
  } finally {
    database.close();
  }
}

/** What the last run sent beyond what was missing, at most. */
function resentBytes(result: Line | null, wireBefore: number, there: number): number {
  const sent = Number(result?.['wireBytes']) - wireBefore;
  const missing = Number(result?.['bytes']) - there;
  return sent - missing * OVERHEAD;
}

async function expectWhole(bob: Device, tree: string): Promise<void> {
  await expectSame(tree, join(bob.inbox, 'tree'));
  expect(await readdir(bob.inbox)).toEqual(['tree']);
}

/** The file that is being copied, in the folder that is staged. */
function partOf(bob: Device): string {
  const [staged = ''] = readdirSync(bob.inbox).filter((name) => name.startsWith('.ferry-'));
  return join(bob.inbox, staged, 'big.bin');
}

const sending = (tree: string) => [
  'send',
  tree,
  '--to',
  'bob',
  '--limit',
  LIMIT,
  '--patience',
  '60',
  '--json',
];

describe.concurrent('a destination that is killed', () => {
  it(
    'goes on where it was, again and again, and hardly anything is sent twice',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.pair();
      const tree = createTree(world);
      const send = anna.start(sending(tree));
      let [there, wireBefore] = [0, 0];
      for (const share of [0.25, 0.5, 0.8]) {
        there = await movedPast(send, share * BIG_BYTES);
        await bob.served.stop('SIGKILL');
        wireBefore = storedWireBytes(bob);
        await bob.serve(['--accept', 'paired']);
      }
      const run = await toRun(send);
      expect(run).toMatchObject({ code: 0, result: { state: 'done', verified: true, unchanged: 0 } });
      await expectWhole(bob, tree);
      const streams = Number(run.result?.['streams']);
      const allowed = Math.max(RESENT_BYTES * streams, 0.01 * there) + UNTOLD_BYTES;
      expect(resentBytes(run.result, wireBefore, there)).toBeLessThan(allowed);
    },
    LONG_MS,
  );

  it(
    'finds what somebody changed in a kept part',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.pair();
      const tree = createTree(world);
      const send = anna.start(sending(tree));
      await movedPast(send, 0.6 * BIG_BYTES);
      await bob.served.stop('SIGKILL');
      const part = openSync(partOf(bob), 'r+');
      writeSync(part, Buffer.from('changed'), 0, 7, 10 * MIB + 5);
      closeSync(part);
      await bob.serve(['--accept', 'paired']);
      expect(await toRun(send)).toMatchObject({ code: 0, result: { state: 'done' } });
      await expectWhole(bob, tree);
    },
    LONG_MS,
  );

  it(
    'fetches anew what the source changed meanwhile, and mixes nothing',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.pair();
      const tree = createTree(world);
      const send = anna.start(sending(tree));
      await movedPast(send, 0.6 * BIG_BYTES);
      await bob.served.stop('SIGKILL');
      const content = readFileSync(join(tree, 'big.bin')).fill('x', MIB, 2 * MIB);
      writeFileSync(join(tree, 'big.bin'), content);
      await bob.serve(['--accept', 'paired']);
      expect(await toRun(send)).toMatchObject({ code: 0, result: { state: 'done' } });
      await expectWhole(bob, tree);
    },
    LONG_MS,
  );

  it(
    'stays paused when it was, and can be cancelled with nothing left',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.servingPair();
      const tree = createTree(world);
      const [line] = (await anna.run(['send', tree, '--to', 'bob', '--limit', LIMIT, '--background'])).lines;
      const job = String(line?.['job']);
      await eventually('bytes move', async () => Number((await jobOf(bob))?.['bytes']) > MB);
      expect((await bob.run(['pause', job])).code).toBe(0);
      await bob.served.stop('SIGKILL');
      await bob.serve(['--accept', 'paired']);
      await eventually(
        'linked again',
        async () => (await jobOf(anna))?.['waitingFor'] === 'paused',
        START_MS,
      );
      expect(await jobOf(bob)).toMatchObject({ state: 'waiting', waitingFor: 'paused' });
      expect((await bob.run(['jobs', 'clean'])).code).toBe(0);
      expect(readdirSync(bob.inbox)).toHaveLength(1);
      expect((await bob.run(['cancel', job])).code).toBe(0);
      await eventually('both know', async () => (await jobOf(anna))?.['state'] === 'cancelled', START_MS);
      await bob.run(['jobs', 'clean']);
      expect(readdirSync(bob.inbox)).toEqual([]);
    },
    LONG_MS,
  );
});

describe.concurrent('a destination that is one command', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)(
    'goes on with the same code after %s',
    async (signal) => {
      await using world = await World.create();
      const [anna, bob] = [await world.device('anna'), await world.device('bob')];
      const tree = createTree(world);
      const send = anna.start(['send', tree, '--limit', LIMIT, '--json']);
      const waiting = await send.waitFor({ kind: 'waiting' }, START_MS);
      const [address = ''] = waiting['addresses'] as readonly string[];
      const code = String(waiting['code']);
      const first = bob.start(['receive', '-a', address, bob.inbox, '--json'], { code });
      const there = await movedPast(first, 0.6 * BIG_BYTES);
      await first.stop(signal);
      const wireBefore = storedWireBytes(bob);
      const again = await bob.run(['receive', '-a', address, bob.inbox], { code });
      expect(again).toMatchObject({ code: 0, result: { state: 'done' } });
      expect((await toRun(send)).code).toBe(0);
      await expectWhole(bob, tree);
      const allowed = RESENT_BYTES * Number(again.result?.['streams']) + UNTOLD_BYTES;
      expect(resentBytes(again.result, wireBefore, there)).toBeLessThan(allowed);
    },
    LONG_MS,
  );
});

describe.concurrent('a source that is killed', () => {
  it(
    'serves again when it is back, under another port',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.servingPair();
      const tree = createTree(world);
      const [line] = (await anna.run(['send', tree, '--to', 'bob', '--limit', LIMIT, '--background'])).lines;
      await eventually(
        'a third of it',
        async () => Number((await jobOf(bob))?.['bytes']) > 0.2 * BIG_BYTES,
        LONG_MS,
      );
      await anna.served.stop('SIGKILL');
      await eventually('it waits', async () => (await jobOf(bob))?.['waitingFor'] === 'peer', START_MS);
      await anna.serve();
      const wait = await anna.run(['wait', String(line?.['job'])]);
      expect(wait).toMatchObject({ code: 0, result: { state: 'done' } });
      await expectWhole(bob, tree);
      expect(Number(wait.result?.['wireBytes'])).toBeLessThan(BIG_BYTES * 1.1 + 4 * RESENT_BYTES);
    },
    LONG_MS,
  );

  it(
    'and a destination that is too: both go on',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.servingPair();
      const tree = createTree(world);
      const [line] = (await anna.run(['send', tree, '--to', 'bob', '--limit', LIMIT, '--background'])).lines;
      await eventually(
        'a third of it',
        async () => Number((await jobOf(bob))?.['bytes']) > 0.2 * BIG_BYTES,
        LONG_MS,
      );
      await Promise.all([anna.served.stop('SIGKILL'), bob.served.stop('SIGKILL')]);
      await bob.serve(['--accept', 'paired']);
      expect(await jobOf(bob)).toMatchObject({ state: 'waiting', waitingFor: 'peer' });
      await anna.serve();
      const wait = await anna.run(['wait', String(line?.['job'])]);
      expect(wait).toMatchObject({ code: 0, result: { state: 'done' } });
      await expectWhole(bob, tree);
    },
    LONG_MS,
  );

  it(
    'for one command: the same command again goes on with the same job',
    async () => {
      await using world = await World.create();
      const [anna, bob] = await world.pair();
      const tree = createTree(world);
      const first = anna.start(sending(tree));
      const there = await movedPast(first, 0.6 * BIG_BYTES);
      await first.stop('SIGINT');
      await eventually('it waits', async () => (await jobOf(bob))?.['waitingFor'] === 'peer', START_MS);
      const job = (await jobOf(anna))?.['job'];
      // Something else on the way does not disturb it.
      createBigFile(world.path('other'), MB);
      expect((await anna.run(['send', world.path('other'), '--to', 'bob'])).code).toBe(0);
      const again = await toRun(anna.start(sending(tree)));
      expect(again).toMatchObject({ code: 0, result: { job, state: 'done' } });
      await expectSame(tree, join(bob.inbox, 'tree'));
      expect(Number(again.result?.['wireBytes'])).toBeLessThan(
        (BIG_BYTES + there * 0.01) * OVERHEAD + RESENT_BYTES * Number(again.result?.['streams']),
      );
    },
    LONG_MS,
  );
});
