import { mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { type Device, World } from './device.ts';
import { runToEnd } from './program.ts';
import { createSample, expectSame } from './sample-tree.ts';

const MB = 1_000_000;

let world: World;
let anna: Device;
let bob: Device;
beforeAll(async () => {
  world = await World.create();
  [anna, bob] = await world.servingPair();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe.concurrent('streams and limit', () => {
  it.each([1, 2, 4, 8])('uses %i streams when told so', async (streams) => {
    const file = world.path(`file-${streams}`);
    createBigFile(file, 30 * MB, file);
    // Slow enough that all of them come up.
    const flags = ['--streams', String(streams), '--limit', '20MB/s'];
    const run = await anna.run(['send', file, '--to', 'bob', ...flags]);
    expect(run).toMatchObject({ code: 0, result: { streams, files: 1, bytes: 30 * MB } });
    await expectSame(file, join(bob.inbox, `file-${streams}`));
  });

  it.each([
    ['--streams', '0'],
    ['--streams', '17'],
    ['--limit', 'fast'],
    ['--on-conflict', 'guess'],
  ])('refuses %s %s', async (...flags) => {
    const run = await anna.run(['send', 'x', '--to', 'bob', ...flags]);
    expect([run.code, run.error, run.lines.length]).toEqual([2, 'usage', 1]);
  });

  it('keeps to the limit of the sender', async () => {
    const file = world.path('limited');
    createBigFile(file, 20 * MB);
    const run = await anna.run(['send', file, '--to', 'bob', '--limit', '10MB/s']);
    expect(run.code).toBe(0);
    // A limit may let a little ahead at the start.
    expect(run.result?.['seconds']).toBeGreaterThan(1.5);
    expect(run.lines.map((line) => line['limitedBy'])).toContain('own-limit');
  });

  it('keeps to the limit of the receiver', async () => {
    const file = world.path('received');
    createBigFile(file, 20 * MB);
    const send = anna.start(['send', file, '--json']);
    const code = String((await send.waitFor({ kind: 'waiting' }))['code']);
    const args = ['receive', '-a', anna.address, world.path('in'), '--limit', '80Mbit/s'];
    const received = await bob.run(args, { code });
    expect(received.code).toBe(0);
    expect(received.result?.['seconds']).toBeGreaterThan(1.5);
    await expectSame(file, world.path('in', 'received'));
    expect(await send.ended).toMatchObject({ code: 0 });
  });
});

/** A tree that is at the destination already, but for a new file and one that is different there. */
async function clash(name: string) {
  const tree = await createSample(world.path(name));
  await runToEnd('cp', ['-a', tree, bob.inbox]);
  const copy = join(bob.inbox, name);
  const target = join(copy, 'small.txt');
  await writeFile(target, 'theirs\n');
  await writeFile(join(tree, 'new'), 'new\n');
  const send = (...flags: readonly string[]) => anna.run(['send', tree, '--to', 'bob', ...flags]);
  const listing = async () => (await readdir(copy)).sort();
  return { tree, copy, target, send, listing, clashing: [{ path: `${name}/small.txt`, code: 'exists' }] };
}

describe.concurrent('conflicts', () => {
  it('fail: moves nothing, lists what is in the way, and is the default', async () => {
    const { target, listing, send, clashing } = await clash('fail');
    for (const flags of [[], ['--on-conflict', 'fail'], ['--on-conflict', 'ask']]) {
      const run = await send(...flags);
      expect([run.code, run.error]).toEqual([5, 'exists']);
      expect(run.result).toMatchObject({ state: 'failed', problems: clashing });
    }
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    expect(await listing()).toEqual(['empty', 'large.bin', 'small.txt']);
  });

  it('skip: copies the rest and lists it', async () => {
    const { copy, target, send, clashing } = await clash('skip');
    const run = await send('--on-conflict', 'skip');
    expect(run).toMatchObject({ code: 1, result: { state: 'partial', unchanged: 1, problems: clashing } });
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    expect(await readFile(join(copy, 'new'), 'utf8')).toBe('new\n');
  });

  it('replace: comes out the same, and moves nothing the second time', async () => {
    const { tree, copy, send } = await clash('replace');
    expect(await send('--on-conflict', 'replace')).toMatchObject({ code: 0, result: { unchanged: 1 } });
    await expectSame(tree, copy);
    const again = await send();
    expect(again).toMatchObject({ code: 0, result: { files: 3, unchanged: 3 } });
    expect(again.result?.['wireBytes']).toBeLessThan(10_000);
  });

  it('keep-both: leaves both', async () => {
    const { tree, copy, target, send } = await clash('keep-both');
    expect((await send('--on-conflict', 'keep-both')).code).toBe(0);
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    const [kept, source] = [join(copy, 'small (2).txt'), join(tree, 'small.txt')];
    expect(await readFile(kept, 'utf8')).toBe(await readFile(source, 'utf8'));
  });

  it('newer: replaces what is older, and leaves what is newer', async () => {
    const { tree, copy, target, send, clashing } = await clash('newer');
    const newer = await send('--on-conflict', 'newer');
    expect(newer).toMatchObject({ code: 1, result: { problems: clashing } });
    expect(await readFile(target, 'utf8')).toBe('theirs\n');
    await utimes(target, 1_000_000, 1_000_000);
    expect(await send('--on-conflict', 'newer')).toMatchObject({ code: 0 });
    await expectSame(tree, copy);
  });

  it('never follows a link that is where a folder has to be', async () => {
    const { tree, copy, send } = await clash('link');
    const elsewhere = world.path('elsewhere');
    await mkdir(elsewhere);
    await rename(copy, world.path('moved'));
    await symlink(elsewhere, copy);
    expect((await send('--on-conflict', 'fail')).code).toBe(5);
    expect((await send('--on-conflict', 'skip')).code).toBe(1);
    expect((await send('--on-conflict', 'keep-both')).code).toBe(0);
    expect(await readdir(elsewhere)).toEqual([]);
    await expectSame(tree, `${copy} (2)`);
    expect((await send('--on-conflict', 'replace')).code).not.toBe(0);
    expect(await readdir(elsewhere)).toEqual([]);
  });
});

describe.concurrent('looking without copying', () => {
  it('--dry-run tells what would be copied, and moves nothing', async () => {
    const { tree, target, listing, send, clashing } = await clash('dry-run');
    const before = await stat(target, { bigint: true });
    expect(await send('--dry-run')).toMatchObject({
      code: 5,
      error: 'exists',
      result: { problems: clashing },
    });
    const bytes = 100_000 + 4 + (await stat(join(tree, 'small.txt'))).size;
    expect(await send('--dry-run', '--on-conflict', 'replace')).toMatchObject({
      code: 0,
      result: { state: 'done', files: 3, folders: 2, bytes, unchanged: 1, verified: false },
    });
    const after = await stat(target, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(await listing()).toEqual(['empty', 'large.bin', 'small.txt']);
  });

  it('--checksum finds other bytes behind the same size and time, and the same behind another', async () => {
    const tree = await createSample(world.path('checksum'));
    await runToEnd('cp', ['-a', tree, bob.inbox]);
    const copy = join(bob.inbox, 'checksum');
    const [source, target] = [join(tree, 'large.bin'), join(copy, 'large.bin')];
    await writeFile(source, Buffer.alloc(100_000, 'other'));
    for (const path of [source, target]) await utimes(path, 2_000_000, 2_000_000);
    const send = (...flags: readonly string[]) => anna.run(['send', tree, '--to', 'bob', ...flags]);
    expect(await send()).toMatchObject({ code: 0, result: { unchanged: 2 } });
    expect((await readFile(target)).equals(await readFile(source))).toBe(false);
    const checking = await send('--checksum', '--on-conflict', 'replace');
    expect(checking).toMatchObject({ code: 0, result: { unchanged: 1 } });
    await expectSame(tree, copy);
    await utimes(source, 1_000_000, 1_000_000);
    expect(await send('--checksum')).toMatchObject({ code: 0, result: { unchanged: 2 } });
    await expectSame(tree, copy);
  });
});
