import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { World } from './device.ts';
import { createSample, expectSame } from './sample-tree.ts';

const MB = 1_000_000;

describe.concurrent('streams and limit', () => {
  it('uses as many streams as asked, and refuses others', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    for (const streams of [1, 2, 4, 8]) {
      const file = world.path(`file-${streams}`);
      createBigFile(file, 40 * MB, file);
      const run = await anna.run(['send', file, '--to', 'bob', '--streams', String(streams)]);
      expect(run).toMatchObject({ code: 0, result: { streams, files: 1, bytes: 40 * MB } });
      await expectSame(file, join(bob.inbox, `file-${streams}`));
    }
    for (const wrong of ['0', '17', 'many', '-1']) {
      expect((await anna.run(['send', 'x', '--to', 'bob', '--streams', wrong])).code).toBe(2);
    }
  });

  it('keeps to the limit of the sender, and to that of the receiver', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const file = world.path('file');
    createBigFile(file, 40 * MB);
    const run = await anna.run(['send', file, '--to', 'bob', '--limit', '20MB/s']);
    expect(run.code).toBe(0);
    // A limit may let a little ahead at the start.
    expect(run.result?.['seconds']).toBeGreaterThan(1.5);
    expect(run.result?.['seconds']).toBeLessThan(6);
    const coded = anna.start(['send', file, '--json']);
    const waiting = await coded.waitFor({ kind: 'waiting' }, 10_000);
    const [address = ''] = waiting['addresses'] as readonly string[];
    const received = await bob.run(['receive', '-a', address, world.path('in'), '--limit', '160Mbit/s'], {
      code: String(waiting['code']),
    });
    expect(received.code).toBe(0);
    expect(received.result?.['seconds']).toBeGreaterThan(1.5);
    expect(received.result?.['seconds']).toBeLessThan(6);
    await expectSame(file, world.path('in', 'file'));
    expect((await anna.run(['send', file, '--to', 'bob', '--limit', 'fast'])).code).toBe(2);
  });
});

/** A tree, and at the destination the same with one file of other content and time and one that is in the way. */
async function clash() {
  const world = await World.create();
  const [anna, bob] = await world.pair();
  const tree = await createSample(world.path('tree'));
  await anna.run(['send', tree, '--to', 'bob']);
  const target = join(bob.inbox, 'tree', 'small.txt');
  await writeFile(target, 'theirs\n');
  await writeFile(join(tree, 'new'), 'new\n');
  const send = (...flags: readonly string[]) => anna.run(['send', tree, '--to', 'bob', ...flags]);
  return { world, tree, target, inbox: bob.inbox, send };
}

describe.concurrent('conflicts', () => {
  it('fail: moves nothing, lists what is in the way, and is the default', async () => {
    const { world, target, inbox, send } = await clash();
    await using _world = world;
    for (const flags of [[], ['--on-conflict', 'fail'], ['--on-conflict', 'ask']]) {
      const run = await send(...flags);
      expect([run.code, run.error]).toEqual([5, 'exists']);
      expect(run.result).toMatchObject({
        state: 'failed',
        problems: [{ path: 'tree/small.txt', code: 'exists' }],
      });
    }
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    expect((await readdir(join(inbox, 'tree'))).sort()).toEqual(['empty', 'large.bin', 'small.txt']);
  });

  it('skip: copies the rest and lists it', async () => {
    const { world, target, inbox, send } = await clash();
    await using _world = world;
    const run = await send('--on-conflict', 'skip');
    expect(run).toMatchObject({ code: 1, result: { state: 'partial', unchanged: 1 } });
    expect(run.result?.['problems']).toMatchObject([{ path: 'tree/small.txt', code: 'exists' }]);
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    expect(await readFile(join(inbox, 'tree', 'new'), 'utf8')).toBe('new\n');
  });

  it('replace: comes out the same', async () => {
    const { world, tree, inbox, send } = await clash();
    await using _world = world;
    expect(await send('--on-conflict', 'replace')).toMatchObject({ code: 0, result: { unchanged: 1 } });
    await expectSame(tree, join(inbox, 'tree'));
    const again = await send();
    expect(again).toMatchObject({ code: 0, result: { files: 3, unchanged: 3 } });
    expect(again.result?.['wireBytes']).toBeLessThan(10_000);
  });

  it('keep-both: leaves both', async () => {
    const { world, tree, target, inbox, send } = await clash();
    await using _world = world;
    const run = await send('--on-conflict', 'keep-both');
    expect(run.code).toBe(0);
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    expect(await readFile(join(inbox, 'tree', 'small (2).txt'))).toEqual(await readFile(join(tree, 'small.txt')));
  });

  it('newer: replaces what is older, and leaves what is newer', async () => {
    const { world, tree, target, inbox, send } = await clash();
    await using _world = world;
    const older = await send('--on-conflict', 'newer');
    expect(older.result?.['problems']).toMatchObject([{ path: 'tree/small.txt', code: 'exists' }]);
    expect(older.code).toBe(1);
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    await utimes(target, 1_000_000, 1_000_000);
    expect(await send('--on-conflict', 'newer')).toMatchObject({ code: 0 });
    await expectSame(tree, join(inbox, 'tree'));
  });

  it('never follows a link that is where a folder has to be', async () => {
    const { world, inbox, tree, send } = await clash();
    await using _world = world;
    const { rename, symlink, mkdir } = await import('node:fs/promises');
    await mkdir(world.path('elsewhere'));
    await rename(join(inbox, 'tree'), world.path('moved'));
    await symlink(world.path('elsewhere'), join(inbox, 'tree'));
    for (const policy of ['fail', 'skip', 'keep-both']) await send('--on-conflict', policy);
    expect(await readdir(world.path('elsewhere'))).toEqual([]);
    await expectSame(tree, join(inbox, 'tree (2)'));
  });
});

describe.concurrent('looking without copying', () => {
  it('tells what would be copied, and moves nothing', async () => {
    const { world, tree, target, inbox, send } = await clash();
    await using _world = world;
    const before = await stat(target, { bigint: true });
    const refused = await send('--dry-run');
    expect(refused.result?.['problems']).toMatchObject([{ path: 'tree/small.txt', code: 'exists' }]);
    expect(refused.code).toBe(5);
    const run = await send('--dry-run', '--on-conflict', 'replace');
    const bytes = 100_000 + 4 + (await stat(join(tree, 'small.txt'))).size;
    expect(run).toMatchObject({
      code: 0,
      result: { state: 'done', files: 3, folders: 2, bytes, unchanged: 1, verified: false },
    });
    expect(await stat(target, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect(await readdir(inbox)).toEqual(['tree']);
    expect((await readdir(join(inbox, 'tree'))).sort()).toEqual(['empty', 'large.bin', 'small.txt']);
  });

  it('--checksum finds other bytes behind the same size and time', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const tree = await createSample(world.path('tree'));
    await anna.run(['send', tree, '--to', 'bob']);
    const [source, target] = [tree, join(bob.inbox, 'tree')].map((folder) => join(folder, 'large.bin'));
    if (source === undefined || target === undefined) throw new Error('two paths');
    const { mtimeMs } = await stat(source);
    await writeFile(source, Buffer.alloc(100_000, 'other'));
    await utimes(source, mtimeMs / 1000, mtimeMs / 1000);
    await utimes(target, mtimeMs / 1000, mtimeMs / 1000);
    const trusting = await anna.run(['send', tree, '--to', 'bob']);
    expect(trusting).toMatchObject({ code: 0, result: { unchanged: 2 } });
    expect((await readFile(target)).equals(await readFile(source))).toBe(false);
    const checking = await anna.run(['send', tree, '--to', 'bob', '--checksum', '--on-conflict', 'replace']);
    expect(checking).toMatchObject({ code: 0, result: { unchanged: 1 } });
    await expectSame(tree, join(bob.inbox, 'tree'));
    // The other way round: another time, the same bytes.
    await utimes(source, 1_000_000, 1_000_000);
    expect(await anna.run(['send', tree, '--to', 'bob', '--checksum'])).toMatchObject({
      code: 0,
      result: { unchanged: 2 },
    });
    await expectSame(tree, join(bob.inbox, 'tree'));
  });
});
