import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import { createSample, expectSame } from './sample-tree.ts';

const JOB = /^[0-9a-f]{32}$/;
const START_MS = 60_000;

describe.concurrent('send to a paired device', () => {
  it('copies, tells it in the lines of the contract, and both sides remember', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const tree = await createSample(world.path('tree'), 5_000_000);
    await writeFile(world.path('note'), 'hello');
    // On a busy machine compressing would pay, and fewer bytes travel than there are.
    const flags = ['--to', 'bob', '--compress', 'off'];
    const run = await anna.run(['send', tree, 'note', ...flags], { cwd: world.folder });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    await expectSame(tree, join(bob.inbox, 'tree'));
    await expectSame(world.path('note'), join(bob.inbox, 'note'));
    expect(await readdir(bob.inbox)).toEqual(['note', 'tree']);

    const job = String(run.result?.['job']);
    expect(job).toMatch(JOB);
    expect(run.result).toMatchObject({
      ...{ kind: 'result', job, state: 'done', files: 3, folders: 2, links: 0, unchanged: 0 },
      ...{ bytes: (await stat(join(tree, 'small.txt'))).size + 5_000_005, reusedBytes: 0, clonedBytes: 0 },
      ...{ verified: true, problems: [] },
    });
    expect(run.result?.['wireBytes']).toBeGreaterThan(5_000_000);
    expect(run.result?.['seconds']).toBeGreaterThan(0);
    expect(run.result?.['streams']).toBeGreaterThan(0);
    expect(run.lines.at(-1)).toBe(run.result);
    const progress = run.lines.filter((line) => line['kind'] === 'progress');
    expect(progress).toHaveLength(run.lines.length - 1);
    for (const line of progress) {
      // Only what waits says for what, and since when.
      expect(Object.keys(line).filter((key) => key !== 'waitingFor' && key !== 'since')).toEqual([
        ...['kind', 'job', 'state', 'phase', 'files', 'bytes', 'totalFiles', 'totalBytes'],
        ...['complete', 'bytesPerSecond', 'limitedBy'],
      ]);
    }

    const [mine, theirs] = [await anna.run(['jobs']), await bob.run(['jobs'])];
    const total = {
      files: 3,
      totalFiles: 3,
      bytes: run.result?.['bytes'],
      totalBytes: run.result?.['bytes'],
    };
    expect(mine.lines).toMatchObject([
      { job, role: 'source', state: 'done', names: ['tree', 'note'], ...total },
    ]);
    expect(theirs.lines).toMatchObject([{ job, role: 'destination', into: bob.inbox, parts: [], ...total }]);
    const [status, wait] = [await bob.run(['status', job.slice(0, 6)]), await anna.run(['wait', job])];
    expect([status.code, wait.code]).toEqual([0, 0]);
    expect(status.result).toMatchObject({ job, state: 'done', files: 3 });
    expect(wait.result).toEqual(run.result);
    const unknown = await anna.run(['status', 'ffffffff']);
    expect([unknown.code, unknown.error]).toEqual([8, 'unknown-job']);
  });

  it('copies to two at once, and to none when one is unknown', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const carl = await world.serving('carl', ['--accept', 'paired']);
    await anna.pairWith(carl);
    const tree = await createSample(world.path('tree'));
    const none = await anna.run(['send', tree, '--to', 'bob,nobody']);
    expect([none.code, none.error]).toEqual([4, 'unknown-peer']);
    expect(await readdir(bob.inbox)).toEqual([]);
    const both = await anna.run(['send', tree, '--to', `bob,${carl.id.slice(0, 10)}`]);
    expect(both.code).toBe(0);
    expect(both.lines.filter((line) => line['kind'] === 'result')).toHaveLength(2);
    await expectSame(tree, join(bob.inbox, 'tree'));
    await expectSame(tree, join(carl.inbox, 'tree'));
  });

  it('is refused by who does not ask anybody, and by who has unpaired', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair([]);
    const tree = await createSample(world.path('tree'));
    const declined = await anna.run(['send', tree, '--to', 'bob']);
    expect([declined.code, declined.error]).toEqual([3, 'declined']);
    expect(declined.result).toMatchObject({ state: 'failed' });
    expect(await readdir(bob.inbox)).toEqual([]);
    const [peer] = (await bob.run(['peers'])).lines;
    await bob.run(['unpair', String(peer?.['id'])]);
    const unpaired = await anna.run(['send', tree, '--to', 'bob', '--patience', '5']);
    expect([unpaired.code, unpaired.error]).toEqual([3, 'not-paired']);
  });

  it('goes by name alone when the peer has moved to another port', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const before = bob.address;
    await bob.served.stop();
    await bob.serve(['--accept', 'paired']);
    expect(bob.address).not.toBe(before);
    const tree = await createSample(world.path('tree'));
    expect(await anna.run(['send', tree, '--to', 'bob', '--patience', '10'])).toMatchObject({ code: 0 });
    await expectSame(tree, join(bob.inbox, 'tree'));
  });
});

describe.concurrent('offers', () => {
  it('are put to who watches, who accepts or declines them', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair([]);
    const watch = bob.start(['offers', '--watch', '--json']);
    const tree = await createSample(world.path('tree'));
    // It has no line of its own that says it watches.
    await delay(2_000);
    const other = await createSample(world.path('other'));
    const taken = anna.start(['send', tree, '--to', 'bob', '--json']);
    const refused = anna.start(['send', other, '--to', 'bob', '--json']);
    const offer = await watch.waitFor({ kind: 'offer', complete: false }, START_MS);
    expect(offer).toEqual({
      ...{
        kind: 'offer',
        job: expect.stringMatching(JOB),
        peer: { id: expect.anything(), name: expect.anything() },
      },
      ...{ names: [expect.stringMatching(/^(tree|other)$/)], files: 0, bytes: 0, complete: false },
      ...{ into: bob.inbox, freeBytes: expect.any(Number), expires: expect.any(Number) },
    });
    // An offer is told again when more of it is counted.
    await eventually('two offers', () => new Set(watch.objects.map((line) => line['job'])).size === 2);
    const jobOf = (name: string) =>
      String(watch.objects.find((line) => (line['names'] as readonly string[])[0] === name)?.['job']);
    expect((await bob.run(['offers'])).lines).toHaveLength(2);
    const elsewhere = world.path('elsewhere', 'new');
    const [accept, decline] = [
      await bob.run(['accept', jobOf('tree').slice(0, 8), '--into', elsewhere]),
      await bob.run(['decline', jobOf('other')]),
    ];
    expect([accept.code, decline.code]).toEqual([0, 0]);
    const [sent, not] = await Promise.all([toRun(taken), toRun(refused)]);
    expect([sent.code, not.code, not.error]).toEqual([0, 3, 'declined']);
    await expectSame(tree, join(elsewhere, 'tree'));
    expect(await readdir(bob.inbox)).toEqual([]);
    expect((await bob.run(['accept', jobOf('tree')])).code).toBe(8);
    expect((await bob.run(['offers'])).lines).toEqual([]);
  });

  it('are taken without a question from then on after `accept --always`', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair(['--accept', 'ask']);
    const [one, two] = [await createSample(world.path('one')), await createSample(world.path('two'))];
    const first = anna.start(['send', one, '--to', 'bob', '--json']);
    await first.waitFor({ kind: 'progress', waitingFor: 'approval' }, START_MS);
    // The sender says that it waits when it has asked, which is a moment before the other has read it.
    const offer = await eventually('an offer', async () => (await bob.run(['offers'])).lines[0]);
    expect(await bob.run(['accept', String(offer['job']), '--always'])).toMatchObject({ code: 0 });
    expect(await toRun(first)).toMatchObject({ code: 0 });
    expect(await anna.run(['send', two, '--to', 'bob'])).toMatchObject({ code: 0 });
    await expectSame(two, join(bob.inbox, 'two'));
  });
});

describe.concurrent('send with a code', () => {
  it('is taken at an address, once, by who has the code', async () => {
    await using world = await World.create();
    const [anna, bob, eve] = [
      await world.device('anna'),
      await world.device('bob'),
      await world.device('eve'),
    ];
    const tree = await createSample(world.path('tree'));
    const send = anna.start(['send', tree, '--json']);
    const waiting = await send.waitFor({ kind: 'waiting' }, START_MS);
    expect(Object.keys(waiting)).toEqual(['kind', 'addresses', 'code']);
    const [address = ''] = waiting['addresses'] as readonly string[];
    const code = String(waiting['code']);
    const wrong = await eve.run(['receive', '-a', address, world.path('eve', 'in')], {
      code: code.slice(0, -1) + (code.endsWith('0') ? '1' : '0'),
    });
    expect([wrong.code, wrong.error]).toEqual([3, 'wrong-code']);
    const into = world.path('bob', 'new', 'folder');
    const receive = await bob.run(['receive', '-a', address, into], { input: `${code}\n` });
    expect(receive).toMatchObject({ code: 0, stderr: '' });
    expect((await toRun(send)).code).toBe(0);
    await expectSame(tree, join(into, 'tree'));
    expect(await readdir(world.path('eve'))).not.toContain('in');
    expect((await anna.run(['jobs'])).lines).toMatchObject([{ role: 'source', state: 'done', files: 2 }]);
    expect((await bob.run(['peers'])).lines).toEqual([]);
  });

  it('is found on the network, and refuses the code a second time', async () => {
    await using world = await World.create();
    const [anna, bob] = [await world.serving('anna'), await world.device('bob')];
    const tree = await createSample(world.path('tree'));
    const send = anna.start(['send', tree, '--json']);
    const code = String((await send.waitFor({ kind: 'waiting' }, START_MS))['code']);
    const into = world.path('in');
    await mkdir(into);
    expect(await bob.run(['receive'], { code, cwd: into })).toMatchObject({ code: 0 });
    await expectSame(tree, join(into, 'tree'));
    expect((await toRun(send)).code).toBe(0);
    const again = await bob.run(['receive', '-a', anna.address, into], { code });
    expect([again.code, again.error]).toEqual([3, 'expired']);
  });

  it('needs a code, and somebody to give it', async () => {
    await using world = await World.create();
    const bob = await world.device('bob');
    const [none, malformed, nobody] = await Promise.all([
      bob.run(['receive', '-a', '127.0.0.1:1']),
      bob.run(['receive', '-a', '127.0.0.1:1'], { code: 'abc' }),
      (await world.device('carl')).run(['receive', '-a', '127.0.0.1:1'], {
        code: '0000-'.repeat(6) + '0000',
      }),
    ]);
    expect([none.code, none.error]).toEqual([2, 'usage']);
    expect([malformed.code, malformed.error]).toEqual([3, 'wrong-code']);
    expect([nobody.code, nobody.error]).toEqual([4, 'unreachable']);
  });
});
