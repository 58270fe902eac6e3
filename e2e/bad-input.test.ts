import { appendFile, chmod, chown, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { type Device, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import { describeIfPossible } from './needs.ts';
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

describe.concurrent('wrong orders', () => {
  it.each([
    { args: ['send', 'nothing-here', '--to', 'bob'], code: 2, says: 'no such file or folder: nothing-here' },
    { args: ['send', 'x', '--to', 'nobody'], code: 4, says: 'no such peer: nobody' },
    { args: ['send', '/', '--to', 'bob'], code: 2, says: 'has no name of its own' },
    { args: ['send'], code: 2, says: "missing required argument 'path'" },
    { args: ['send', 'x', '--to', ''], code: 2, says: 'It is a list of peers' },
    { args: ['snd'], code: 2, says: "unknown command 'snd'" },
    { args: ['send', 'x', '--fast'], code: 2, says: "unknown option '--fast'" },
    { args: ['status', 'ffff'], code: 8, says: 'no such job: ffff' },
    { args: ['receive', '-a', 'nowhere:x', 'in'], code: 2, says: 'nowhere:x' },
  ])('$args: one clear line', async ({ args, code, says }) => {
    await writeFile(world.path('x'), 'x');
    const program = anna.start(args, { cwd: world.folder, code: '0000-'.repeat(6) + '0000' });
    expect(await program.ended).toMatchObject({ code });
    expect(program.stdout).toBe('');
    expect(program.stderr).toMatch(/^ferry: [^\n]+\n$/);
    expect(program.stderr).toContain(says);
  });

  it('a destination that is a file', async () => {
    await writeFile(world.path('a-file'), 'mine');
    const send = anna.start(['send', await createSample(world.path('for-a-file')), '--json']);
    const code = String((await send.waitFor({ kind: 'waiting' }))['code']);
    const run = await bob.run(['receive', '-a', anna.address, world.path('a-file')], { code });
    expect([run.code, run.error]).toEqual([5, 'destination-not-folder']);
    expect((await toRun(send)).code).toBe(5);
  });

  it('several sources of one name', async () => {
    const trees = [
      await createSample(world.path('one', 'same')),
      await createSample(world.path('two', 'same')),
    ];
    const run = await anna.run(['send', ...trees, '--to', 'bob']);
    expect([run.code, run.error]).toEqual([2, 'usage']);
    expect(await readdir(bob.inbox)).not.toContain('same');
  });
});

describe.concurrent('a source that does not hold still', () => {
  it('lists what grows all the time and what disappears, and copies the rest', async () => {
    const tree = await createSample(world.path('restless'));
    const [grows, shrinks] = [join(tree, 'grows'), join(tree, 'shrinks')];
    createBigFile(grows, 4 * MB);
    createBigFile(shrinks, 4 * MB);
    // Last in the listing: what is asked for before they go is under way already.
    const gone = ['zz-gone-1', 'zz-gone-2', 'zz-gone-3'];
    for (const name of gone) createBigFile(join(tree, name), 3 * MB, name);
    const send = anna.start(['send', tree, '--to', 'bob', '--limit', '8MB/s', '--json']);
    const timer = setInterval(() => {
      void appendFile(grows, 'more').catch(() => undefined);
      void stat(shrinks).then(({ size }) => truncate(shrinks, Math.max(0, size - 10_000)));
    }, 20);
    await eventually('bytes move', () => send.objects.find((line) => Number(line['bytes']) > 0));
    for (const name of gone) await rm(join(tree, name));
    const run = await toRun(send);
    clearInterval(timer);
    expect([run.code, run.result?.['state']]).toEqual([1, 'partial']);
    const problems = run.result?.['problems'] as readonly { path: string; code: string }[];
    const listed = (code: string) =>
      problems.filter((problem) => problem.code === code).map(({ path }) => path);
    expect(listed('changed').sort()).toEqual(['restless/grows', 'restless/shrinks']);
    expect(listed('vanished').length).toBeGreaterThan(0);
    const missing = listed('vanished').map((path) => path.replace('restless/', ''));
    const arrived = await readdir(join(bob.inbox, 'restless'));
    const left = ['empty', 'large.bin', 'small.txt', ...gone.filter((name) => !missing.includes(name))];
    expect(arrived.sort()).toEqual(left.sort());
    for (const name of ['large.bin', 'small.txt']) {
      await expectSame(join(tree, name), join(bob.inbox, 'restless', name));
    }
  });

  it('copies what changed once, as it is now', async () => {
    const file = world.path('once');
    createBigFile(file, 12 * MB);
    const send = anna.start(['send', file, '--to', 'bob', '--limit', '6MB/s', '--json']);
    await eventually('bytes move', () => send.objects.find((line) => Number(line['bytes']) > 0));
    await appendFile(file, 'the end');
    const run = await toRun(send);
    if (run.code === 0) await expectSame(file, join(bob.inbox, 'once'));
    else {
      expect(run).toMatchObject({ code: 1, result: { problems: [{ path: 'once', code: 'changed' }] } });
      expect(await readdir(bob.inbox)).not.toContain('once');
    }
  });
});

/** Somebody who is not root: root is refused nothing. */
const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** A device that a user without rights runs. */
async function unprivileged(name: string): Promise<Device> {
  const isRoot = process.getuid?.() === 0;
  const device = await world.device(name, isRoot ? { by: AS_NOBODY, env: { HOME: world.path(name) } } : {});
  if (isRoot) {
    await chmod(world.folder, 0o755);
    await chown(world.path(name), NOBODY, NOBODY);
    await chown(device.inbox, NOBODY, NOBODY);
  }
  await device.serve(['--accept', 'paired']);
  return device;
}

describeIfPossible('files and folders that are closed to this user', () => {
  it('copies the rest of a tree with an unreadable file and folder', async () => {
    const carl = await unprivileged('carl');
    await carl.pairWith(bob);
    const tree = await createSample(world.path('closed'));
    await writeFile(join(tree, 'secret'), 'x', { mode: 0o000 });
    await mkdir(join(tree, 'vault'), { mode: 0o000 });
    const run = await carl.run(['send', tree, '--to', 'bob']);
    await chmod(join(tree, 'vault'), 0o755);
    expect(run).toMatchObject({ code: 1, stderr: '', result: { state: 'partial', files: 2 } });
    const problems = run.result?.['problems'] as readonly { path: string; code: string }[];
    expect(problems.map(({ path, code }) => `${path}: ${code}`).sort()).toEqual([
      'closed/secret: unreadable',
      'closed/vault: unreadable',
    ]);
    await expectSame(join(tree, 'large.bin'), join(bob.inbox, 'closed', 'large.bin'));
  });

  it('refuses a destination that may not be written, and what is in a folder closed to us', async () => {
    const dora = await unprivileged('dora');
    await anna.pairWith(dora);
    await chmod(dora.inbox, 0o555);
    const refused = await anna.run(['send', await createSample(world.path('open')), '--to', 'dora']);
    expect([refused.code, refused.error]).toEqual([5, 'no-permission']);
    expect(await readdir(dora.inbox)).toEqual([]);
    const vault = world.path('vault');
    await mkdir(vault, { mode: 0o000 });
    const hidden = await dora.run(['send', join(vault, 'gold'), '--to', 'anna']);
    await chmod(vault, 0o755);
    expect([hidden.code, hidden.error]).toEqual([1, 'unreadable']);
  });
});
