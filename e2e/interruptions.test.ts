import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { type Device, type Line, toRun, World } from './device.ts';
import { EngineSide } from './engine-side.ts';
import { eventually } from './eventually.ts';
import { describeIfPossible } from './needs.ts';
import { createNamespaces } from './network-namespaces.ts';
import type { Program } from './program.ts';
import { createSample, expectSame } from './sample-tree.ts';

const MB = 1_000_000;
const START_MS = 60_000;

/** A folder whose one large file takes ten seconds under the limit that `slowly` sets. */
async function createLarge(world: World): Promise<string> {
  const tree = await createSample(world.path('tree'));
  createBigFile(join(tree, 'big.bin'), 40 * MB);
  return tree;
}

const slowly = (tree: string, ...flags: readonly string[]): readonly string[] => [
  ...['send', tree, '--to', 'bob', '--limit', '4MB/s', '--json'],
  ...flags,
];

/** Waits until content moves; returns the job. */
async function moving(program: Program): Promise<string> {
  const line = await eventually('bytes move', () =>
    program.objects.find((object) => object['state'] === 'running' && Number(object['bytes']) > 0),
  );
  return String(line['job']);
}

async function jobOf(device: Device): Promise<Line | undefined> {
  return (await device.run(['jobs'])).lines[0];
}

/** Names in the inbox that `jobs` does not list as parts. */
async function litter(device: Device): Promise<readonly string[]> {
  const parts = ((await jobOf(device))?.['parts'] ?? []) as readonly string[];
  return (await readdir(device.inbox)).filter((name) => !parts.includes(join(device.inbox, name)));
}

/** A copy from one machine to another that moves, and takes a few seconds. */
async function startSlowCopy() {
  const [world, network] = [await World.create(), await createNamespaces()];
  const bob = await world.serving('bob', ['--accept', 'paired'], { host: network.host(1) });
  const anna = await world.device('anna', { host: network.host(0) });
  await anna.pairWith(bob);
  const tree = await createSample(world.path('tree'));
  createBigFile(join(tree, 'big'), 24 * MB);
  const send = anna.start(['send', tree, '--to', 'bob', '--limit', '8MB/s', '--json', '--patience', '60']);
  await moving(send);
  const close = async () => {
    await world[Symbol.asyncDispose]();
    await network.close();
  };
  return { network, send, tree, bob, [Symbol.asyncDispose]: close };
}

describeIfPossible(
  'a network that changes under a copy',
  () => {
    it('goes on after the cable was out', async () => {
      await using copy = await startSlowCopy();
      const { network, send, tree, bob } = copy;
      await network.host(1).setLink('down');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await network.host(1).setLink('up');
      expect(await toRun(send)).toMatchObject({ code: 0, result: { state: 'done', verified: true } });
      await expectSame(tree, join(bob.inbox, 'tree'));
    });

    it('goes on after the sender got another address', async () => {
      await using copy = await startSlowCopy();
      const { network, send, tree, bob } = copy;
      await network.host(0).renumber(77);
      // The silence of the old address has to last for 15 s to count.
      await send.waitFor({ kind: 'result' }, 55_000);
      expect(await toRun(send)).toMatchObject({ code: 0, result: { state: 'done', verified: true } });
      await expectSame(tree, join(bob.inbox, 'tree'));
    }, 70_000);

    it('asks before it copies over a metered one', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const manager = world.path('nmcli');
      await writeFile(
        manager,
        '#!/bin/sh\necho GENERAL.DEVICE:lan0\necho "GENERAL.METERED:yes (guessed)"\n',
        {
          mode: 0o755,
        },
      );
      const env = { PATH: `${dirname(manager)}:${process.env['PATH'] ?? ''}` };
      const bob = await world.serving('bob', ['--accept', 'paired'], { host: network.host(1) });
      const anna = await world.serving('anna', [], { host: network.host(0), env });
      await anna.pairWith(bob);
      using side = await EngineSide.open(anna);
      const tree = await createSample(world.path('tree'));
      const options = { ...DEFAULT_COPY_OPTIONS, anyNetwork: false };
      const [sent] = await side.call('jobs.send', { paths: [tree], to: ['bob'], options });
      const job = sent?.job ?? '';
      const held = await side.until(job, 'asks', ({ heldBy }) => heldBy !== null);
      expect(held).toMatchObject({ state: 'waiting', waitingFor: 'paused', heldBy: 'metered' });
      expect((await bob.run(['jobs'])).lines).toEqual([]);
      await side.call('jobs.resume', { job });
      expect(await side.ended(job)).toMatchObject({ state: 'done', heldBy: null });
      await expectSame(tree, join(bob.inbox, 'tree'));
      // Who types a command is warned, and it goes on.
      const send = await anna.run(['send', tree, '--to', 'bob', '--on-conflict', 'keep-both']);
      expect([send.code, send.stderr]).toEqual([0, expect.stringContaining('over a metered network')]);
    });
  },
  { concurrent: true },
);

describe.concurrent('cancel', () => {
  it.each(['source', 'destination'])('ends a job on both sides from its %s', async (side) => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const send = anna.start(slowly(await createLarge(world)));
    const job = await moving(send);
    const cancel = await (side === 'source' ? anna : bob).run(['cancel', job.slice(0, 8)]);
    expect(cancel.code).toBe(0);
    const run = await toRun(send);
    expect([run.code, run.result?.['state']]).toEqual([8, 'cancelled']);
    await eventually('the other side knows', async () => (await jobOf(bob))?.['state'] === 'cancelled');
    expect(await litter(bob)).toEqual([]);
    expect(await jobOf(anna)).toMatchObject({ job, state: 'cancelled' });
    expect((await bob.run(['wait', job])).code).toBe(8);
    // Asking twice is no mistake.
    expect((await bob.run(['cancel', job])).code).toBe(0);
  });

  it('does not know what was never there', async () => {
    await using world = await World.create();
    const anna = await world.device('anna');
    const run = await anna.run(['cancel', 'abcdef']);
    expect([run.code, run.error]).toEqual([8, 'unknown-job']);
  });
});

describe.concurrent('Ctrl-C', () => {
  it('stops sending, says how to go on, and leaves what `jobs` lists', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const tree = await createLarge(world);
    const send = anna.start(['send', tree, '--to', 'bob', '--limit', '1MB/s']);
    await eventually('bytes move', async () => Number((await jobOf(bob))?.['bytes'] ?? 0) > 0);
    expect(await send.stop('SIGINT')).toMatchObject({ code: 130 });
    expect(send.stderr).toMatch(
      /^ferry: stopped before the end \(job [0-9a-f]{8}\)\. Run the same command again to go on/,
    );
    expect(send.stderr.trim().split('\n')).toHaveLength(1);
    await eventually('the other side waits', async () => (await jobOf(bob))?.['waitingFor'] === 'peer');
    await eventually('only parts are left', async () => (await litter(bob)).length === 0);
    const kept = await jobOf(anna);
    expect(kept).toMatchObject({ state: 'waiting', waitingFor: 'peer' });
    const again = await anna.run(['send', tree, '--to', 'bob']);
    expect([again.code, again.result?.['job']]).toEqual([0, kept?.['job']]);
    await expectSame(tree, join(bob.inbox, 'tree'));
    expect(await litter(bob)).toEqual(['tree']);
  });

  it('stops receiving; the sender hears of it', async () => {
    await using world = await World.create();
    const [anna, bob] = [await world.device('anna'), await world.device('bob')];
    const tree = await createLarge(world);
    const send = anna.start(['send', tree, '--limit', '4MB/s', '--patience', '2', '--json']);
    const waiting = await send.waitFor({ kind: 'waiting' }, START_MS);
    const [address = ''] = waiting['addresses'] as readonly string[];
    const code = String(waiting['code']);
    const receive = bob.start(['receive', '-a', address, bob.inbox, '--json'], { code });
    await moving(receive);
    expect(await receive.stop('SIGINT')).toMatchObject({ code: 130 });
    expect(await litter(bob)).toEqual([]);
    expect(await jobOf(bob)).toMatchObject({ state: 'waiting', waitingFor: 'peer' });
    const run = await toRun(send);
    expect([run.code, run.error]).toEqual([4, 'peer-gone']);
  });

  it('ends a sender that waits with its code', async () => {
    await using world = await World.create();
    const anna = await world.device('anna');
    const send = anna.start(['send', await createSample(world.path('tree')), '--json']);
    await send.waitFor({ kind: 'waiting' }, START_MS);
    expect(await send.stop('SIGINT')).toMatchObject({ code: 130 });
    expect(await jobOf(anna)).toMatchObject({ state: 'cancelled' });
  });
});

describe.concurrent('a peer that is gone', () => {
  it('is waited for as long as --patience says, and the job is kept', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const send = anna.start(slowly(await createLarge(world), '--patience', '2'));
    const job = await moving(send);
    await bob.served.stop('SIGKILL');
    const run = await toRun(send);
    expect([run.code, run.error]).toEqual([4, 'peer-gone']);
    expect(run.lines.some((line) => line['waitingFor'] === 'peer')).toBe(true);
    expect((await anna.run(['status', job])).code).toBe(0);
    await bob.serve(['--accept', 'paired']);
    expect(await litter(bob)).toEqual([]);
  });

  it('takes the job up again when it was killed and is back in time', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const file = world.path('file');
    createBigFile(file, 20 * MB);
    const send = anna.start(['send', file, '--to', 'bob', '--limit', '10MB/s', '--json', '--patience', '20']);
    await moving(send);
    await bob.served.stop('SIGKILL');
    await send.waitFor({ kind: 'progress', waitingFor: 'peer' }, START_MS);
    await bob.serve(['--accept', 'paired']);
    const run = await toRun(send);
    expect(run).toMatchObject({ code: 0, result: { state: 'done', verified: true } });
    await expectSame(file, join(bob.inbox, 'file'));
    expect(await litter(bob)).toEqual(['file']);
    expect((await jobOf(bob))?.['parts']).toEqual([]);
  });

  it('is found again when it only slept', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const tree = await createLarge(world);
    const send = anna.start(['send', tree, '--to', 'bob', '--limit', '15MB/s', '--json', '--patience', '20']);
    await moving(send);
    process.kill(bob.served.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    process.kill(bob.served.pid, 'SIGCONT');
    expect((await toRun(send)).code).toBe(0);
    await expectSame(tree, join(bob.inbox, 'tree'));
  });

  it('is not waited for when it was never there', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    await bob.served.stop();
    const run = await anna.run([
      'send',
      await createSample(world.path('tree')),
      '--to',
      'bob',
      '--patience',
      '1',
    ]);
    expect([run.code, run.error]).toEqual([4, 'peer-gone']);
    expect((await anna.run(['jobs'])).lines).toHaveLength(1);
  });
});

describe.concurrent('one engine per home', () => {
  it('is attached to by every other command, and stays for those', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const tree = await createLarge(world);
    const send = anna.start(slowly(tree));
    const job = await moving(send);
    // Paused, the job outlasts the commands on any machine: `serve` would otherwise find a free home.
    expect((await anna.run(['pause', job])).code).toBe(0);
    const wait = anna.run(['wait', job]);
    const [jobs, status, second, other] = await Promise.all([
      anna.run(['jobs']),
      anna.run(['status', job]),
      anna.run(['send', await createSample(world.path('other')), '--to', 'bob']),
      anna.run(['serve', '--port', '0']),
    ]);
    expect(jobs.lines).toContainEqual(expect.objectContaining({ job, state: 'waiting' }));
    expect(status.lines).toMatchObject([{ kind: 'progress', job, state: 'waiting' }]);
    expect(second.code).toBe(0);
    expect([other.code, other.error]).toEqual([7, 'home-in-use']);
    expect((await anna.run(['resume', job])).code).toBe(0);
    const { code, result } = await wait;
    expect([code, result?.['state']]).toEqual([0, 'done']);
    expect((await toRun(send)).code).toBe(0);
    await expectSame(world.path('other'), join(bob.inbox, 'other'));
    await expectSame(tree, join(bob.inbox, 'tree'));
  });

  it('is needed for what would end with the command', async () => {
    await using world = await World.create();
    const anna = await world.device('anna');
    for (const args of [
      ['offers'],
      ['accept', 'abc'],
      ['decline', 'abc'],
      ['send', '.', '--to', 'x', '--background'],
    ]) {
      const run = await anna.run(args);
      expect([args[0], run.code, run.error]).toEqual([args[0], 2, 'usage']);
    }
    expect(await anna.run(['jobs'])).toMatchObject({ code: 0, lines: [] });
  });

  it('goes on in the background where it serves', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const tree = await createSample(world.path('tree'));
    const run = await anna.run(['send', tree, '--to', 'bob', '--background']);
    expect(run).toMatchObject({ code: 0, lines: [{ kind: 'job', role: 'source' }] });
    const wait = await anna.run(['wait', String(run.lines[0]?.['job'])]);
    expect([wait.code, wait.result?.['state']]).toEqual([0, 'done']);
    await expectSame(tree, join(bob.inbox, 'tree'));
  });
});
