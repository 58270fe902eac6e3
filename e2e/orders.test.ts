import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Line, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import { createSample, expectSame } from './sample-tree.ts';
import { createSlow, orderSlowly, SLOW, SLOW_BYTES, statusOf, three } from './three-devices.ts';

describe.concurrent('shares', () => {
  it('are added, listed and looked into, and removed', async () => {
    await using world = await World.create();
    const { cara, anna, from } = await three(world);
    await createSample(join(from, 'tree'));
    expect((await anna.run(['share', 'add', 'more', from, '--readers', 'cara'])).lines).toMatchObject([
      { kind: 'share', name: 'more', writers: 'none', opens: null, isThere: true },
    ]);
    const names = (run: { readonly lines: readonly Line[] }) => run.lines.map(({ path }) => path);
    expect(names(await cara.run(['ls', 'anna:']))).toEqual(['box', 'more']);
    const listed = await cara.run(['ls', 'anna:more/tree']);
    expect(listed.lines).toMatchObject([
      { kind: 'entry', path: 'more/tree/empty', type: 'folder' },
      { path: 'more/tree/large.bin', type: 'file', bytes: 100_000 },
      { path: 'more/tree/small.txt', type: 'file' },
    ]);
    expect((await anna.run(['share', 'remove', 'more'])).code).toBe(0);
    expect(await cara.run(['ls', 'anna:more'])).toMatchObject({ code: 2, error: 'no-such-path' });
    expect((await anna.run(['trust', 'cara', 'other'])).code).toBe(0);
    expect(await cara.run(['ls', 'anna:box'])).toMatchObject({ code: 3, error: 'no-right' });
  });
});

describe.concurrent('a copy is an order', () => {
  it('in all five directions, into folders and under new names', async () => {
    await using world = await World.create();
    const { cara, from, to } = await three(world);
    const tree = await createSample(world.path('tree'), 1_500_000);
    const done = async (...args: string[]) => {
      const run = await cara.run(['cp', ...args], { cwd: world.folder });
      expect(run).toMatchObject({ code: 0, stderr: '' });
      return run.result;
    };
    // local to local: nothing on the wire
    expect(await done('./tree', './twin')).toMatchObject({ state: 'done', files: 2, wireBytes: 0 });
    await expectSame(tree, world.path('twin'));
    await done('./tree', './twin');
    await expectSame(tree, world.path('twin', 'tree'));
    // to a share, under another name; and from one
    await done('./tree', 'anna:box/named');
    await expectSame(tree, join(from, 'named'));
    await done('anna:box/named', './fetched');
    await expectSame(tree, world.path('fetched'));
    // between two others, several at once, into a folder that is made for them
    await writeFile(join(from, 'note'), 'note');
    const between = await done('anna:box/named', 'anna:box/note', 'bert:box/new/folder/');
    expect(between).toMatchObject({ state: 'done', files: 3 });
    await expectSame(tree, join(to, 'new/folder/named'));
    expect(await readFile(join(to, 'new/folder/note'), 'utf8')).toBe('note');
    // the list has both ends
    const jobs = await cara.run(['jobs']);
    expect(jobs.lines.at(0)).toMatchObject({ role: 'orderer', peer: { name: 'bert' } });
    // within one of them
    expect(await done('anna:box/named', 'anna:box/again')).toMatchObject({ files: 2, wireBytes: 0 });
    await expectSame(tree, join(from, 'again'));
    expect((await cara.run(['cp', 'anna:box/named', 'anna:box/named/small.txt/x'])).code).not.toBe(0);
    expect(await cara.run(['cp', 'anna:box/named', 'bert:box/a', 'bert:box/b'])).toMatchObject({ code: 2 });
    expect((await readdir(from)).sort()).toEqual(['again', 'named', 'note']);
  });

  it('keeps to the policy it was given, and resends nothing that is there', async () => {
    await using world = await World.create();
    const { cara, from, to } = await three(world);
    await writeFile(join(from, 'file'), 'new');
    await writeFile(join(to, 'file'), 'older');
    const order = (...flags: string[]) => cara.run(['cp', 'anna:box/file', 'bert:box/file', ...flags]);
    expect(await order()).toMatchObject({ code: 5, error: 'exists' });
    expect(await order('--on-conflict', 'skip')).toMatchObject({ code: 1 });
    expect(await readFile(join(to, 'file'), 'utf8')).toBe('older');
    expect(await order('--on-conflict', 'keep-both')).toMatchObject({ code: 0 });
    expect((await readdir(to)).sort()).toEqual(['file', 'file (2)']);
    expect(await order('--on-conflict', 'replace')).toMatchObject({ code: 0 });
    expect((await order('--on-conflict', 'replace')).result).toMatchObject({ unchanged: 1 });
    expect(await readFile(join(to, 'file'), 'utf8')).toBe('new');
  });

  it('is refused at the device whose right is missing, which is named, and nothing is written', async () => {
    await using world = await World.create();
    const { cara, anna, bert, from, to } = await three(world, 'ro');
    await writeFile(join(from, 'file'), 'x');
    const write = await cara.run(['cp', 'anna:box/file', 'bert:box/']);
    expect(write).toMatchObject({ code: 3, error: 'no-right' });
    expect(write.stdout).toMatch(/bert:box/);
    await anna.run(['share', 'add', 'box', from, '--readers', 'cara', '--writers', 'mine']);
    await anna.run(['trust', 'cara', 'other']);
    const read = await cara.run(['cp', 'anna:box/file', 'bert:box/']);
    expect(read).toMatchObject({ code: 3, error: 'no-right' });
    expect(read.stdout).toMatch(/anna:box/);
    expect(await cara.run(['cp', 'anna:box/file', './here'], { cwd: world.folder })).toMatchObject({
      code: 3,
    });
    expect([await readdir(to), (await bert.run(['jobs'])).lines]).toEqual([[], []]);
  });

  it('goes on without whoever ordered it, and tells how it ended when that is back', async () => {
    await using world = await World.create();
    const all = await three(world);
    const { cara, anna, bert, from, to } = all;
    const job = await orderSlowly(all);
    await cara.served.stop('SIGKILL');
    const [there, back] = await Promise.all([bert.run(['wait', job]), anna.run(['wait', job])]);
    expect([there, back]).toMatchObject([{ code: 0 }, { code: 0 }]);
    await expectSame(join(from, 'tree'), join(to, 'tree'));
    await cara.serve();
    const told = await cara.run(['wait', job]);
    expect(told).toMatchObject({ code: 0, result: { job, state: 'done', files: 2 } });
  });

  it('is paused, resumed and cancelled from all three, and outlives restarts of source and destination', async () => {
    await using world = await World.create();
    const all = await three(world);
    const { cara, anna, bert, to } = all;
    // It is stopped long before its end.
    const job = await orderSlowly(all, 10 * SLOW_BYTES);
    for (const [one, other] of [
      [cara, anna],
      [anna, bert],
      [bert, cara],
    ] as const) {
      expect((await one.run(['pause', job])).code).toBe(0);
      await eventually('it rests', async () => (await statusOf(other, job))['waitingFor'] === 'paused');
      expect((await one.run(['resume', job])).code).toBe(0);
      await eventually('it moves', async () => (await statusOf(other, job))['state'] === 'running');
    }
    await anna.served.stop('SIGKILL');
    await eventually('it waits', async () => (await statusOf(cara, job))['state'] === 'waiting');
    await anna.serve(['--port', String(anna.port), '--share', `box=${all.from}:rw`]);
    await eventually('it goes on', async () => (await statusOf(cara, job))['state'] === 'running');
    await bert.served.stop('SIGKILL');
    await bert.serve(['--port', String(bert.port), '--share', `box=${to}:rw`]);
    await eventually('it is known', async () => (await statusOf(cara, job))['state'] === 'running');
    expect((await cara.run(['cancel', job])).code).toBe(0);
    for (const device of [cara, anna, bert]) {
      await eventually('it is over', async () => (await statusOf(device, job))['state'] === 'cancelled');
    }
  });

  it('goes on when the same command is given again', async () => {
    await using world = await World.create();
    const all = await three(world);
    await createSlow(join(all.from, 'tree'));
    const args = ['cp', 'anna:box/tree', world.path('here')];
    const dora = await world.device('dora');
    const invite = await all.anna.run(['invite', '--trust', 'mine']);
    const code = String(invite.lines[0]?.['code']);
    expect((await dora.run(['join', all.anna.address], { code })).code).toBe(0);
    const first = dora.start([...args, ...SLOW, '--json']);
    await eventually('it moves', () =>
      Promise.resolve(first.objects.some((line) => Number(line['bytes']) > 1_000_000)),
    );
    await first.stop('SIGINT');
    expect((await toRun(first)).code).toBe(130);
    const again = await dora.run(args);
    expect(again).toMatchObject({ code: 0, result: { state: 'done', files: 2 } });
    await expectSame(join(all.from, 'tree'), world.path('here'));
  });
});
