import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Device, type Line, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import type { Program } from './program.ts';
import { expectSame } from './sample-tree.ts';

const MIB = 1 << 20;
const BIG_BYTES = 160 * MIB;
const LIMIT = ['--limit', '25MB/s', '--json'];
const LONG_MS = 120_000;

function createTree(world: World): string {
  const tree = world.path('tree');
  createSmallFiles(join(tree, 'small'), { files: 300 });
  createBigFile(join(tree, 'big.bin'), BIG_BYTES);
  return tree;
}

async function movedPast(program: Program, bytes: number): Promise<string> {
  const line = await eventually(
    `${bytes} bytes`,
    () => program.objects.findLast((object) => Number(object['bytes'] ?? 0) >= bytes),
    LONG_MS,
  );
  return String(line['job']);
}

async function jobsOf(device: Device): Promise<readonly Line[]> {
  return (await device.run(['jobs'])).lines;
}

/** Half of the large file need not come again. */
const MOST_OF_IT = 0.7 * BIG_BYTES;

describe.concurrent('a new job for the same selection', () => {
  it.each(['a new folder', 'a folder that is there'])(
    'goes on where a cancelled one stopped, in %s',
    async (where) => {
      await using world = await World.create();
      const [anna, bob] = await world.servingPair();
      const tree = createTree(world);
      const there = join(bob.inbox, 'tree');
      if (where === 'a folder that is there') mkdirSync(there);
      const first = anna.start(['send', tree, '--to', 'bob', ...LIMIT]);
      const job = await movedPast(first, 0.6 * BIG_BYTES);
      expect((await bob.run(['cancel', job])).code).toBe(0);
      expect((await toRun(first)).code).toBe(8);
      const [left] = await jobsOf(bob);
      expect(left?.['parts']).toHaveLength(1);
      const second = await anna.run(['send', tree, '--to', 'bob']);
      expect(second).toMatchObject({ code: 0, result: { state: 'done', verified: true } });
      expect(second.result?.['job']).not.toBe(job);
      expect(Number(second.result?.['wireBytes'])).toBeLessThan(MOST_OF_IT);
      await expectSame(tree, there);
      expect(readdirSync(bob.inbox)).toEqual(['tree']);
      expect(readdirSync(there).toSorted()).toEqual(['big.bin', 'small']);
      expect((await jobsOf(bob)).map((line) => line['parts'])).toEqual([[], []]);
    },
    LONG_MS,
  );

  it(
    'goes on with another code after both commands were killed, and not with another selection',
    async () => {
      await using world = await World.create();
      const [anna, bob] = [await world.device('anna'), await world.device('bob')];
      const tree = createTree(world);
      const meet = async (path: string) => {
        const send = anna.start(['send', path, ...LIMIT]);
        const waiting = await send.waitFor({ kind: 'waiting' }, 60_000);
        const [address = ''] = waiting['addresses'] as readonly string[];
        const code = String(waiting['code']);
        return { send, receive: bob.start(['receive', '-a', address, bob.inbox, '--json'], { code }) };
      };
      const first = await meet(tree);
      const job = await movedPast(first.receive, 0.6 * BIG_BYTES);
      await Promise.all([first.send.stop('SIGKILL'), first.receive.stop('SIGKILL')]);
      writeFileSync(world.path('other'), 'other');
      const other = await meet(world.path('other'));
      expect((await toRun(other.receive)).code).toBe(0);
      expect((await bob.run(['status', job])).lines[0]).toMatchObject({ state: 'waiting' });
      const second = await toRun((await meet(tree)).receive);
      expect(second).toMatchObject({ code: 0, result: { state: 'done' } });
      expect(Number(second.result?.['wireBytes'])).toBeLessThan(MOST_OF_IT);
      await expectSame(tree, join(bob.inbox, 'tree'));
      expect(readdirSync(bob.inbox).toSorted()).toEqual(['other', 'tree']);
      expect((await bob.run(['status', job])).lines[0]).toMatchObject({ state: 'cancelled' });
    },
    LONG_MS,
  );
});
