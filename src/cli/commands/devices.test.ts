import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakePeer } from '../../bridge/testing/fake-values.ts';
import { FakeRun } from '../testing/run-with-fake.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-cli-'));
  await writeFile(join(folder, 'a'), 'x');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('devices', () => {
  test('peers', async () => {
    const engine = new FakeEngine();
    engine.putPeer(fakePeer({ name: 'a\u001b[2Jb' }));
    const json = new FakeRun({}, engine);
    expect(await json.run('peers', '--json')).toBe(0);
    expect(json.lines).toMatchObject([{ kind: 'peer', paired: true, online: true, name: 'a\u001b[2Jb' }]);
    const text = new FakeRun({}, engine);
    await text.run('peers');
    expect(text.stdout).toContain('a\\x1b[2Jb  online  paired');
  });

  test('peers --watch tells changes and ends when nobody reads', async () => {
    const run = new FakeRun();
    run.engine.putPeer(fakePeer());
    const exit = run.run('peers', '--watch', '--json');
    await vi.waitFor(() => expect(run.lines).toHaveLength(1));
    run.engine.putPeer(fakePeer({ lastSeenMs: 2_000 }));
    run.engine.putPeer(fakePeer({ online: false }));
    run.engine.removePeer(fakePeer().shortId);
    await vi.waitFor(() => expect(run.lines).toHaveLength(3));
    expect(run.lines.map(({ online, paired }) => [online, paired])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
    run.closeOutput();
    expect(await exit).toBe(0);
  });

  test('invite prints the code; an engine of its own waits for the guest', async () => {
    const engine = new FakeEngine();
    engine.answers['invite.create'] = () =>
      Promise.resolve({ code: 'CODE', expires: Date.now() + 60_000, addresses: ['h:1'] });
    const attached = new FakeRun({}, engine);
    expect(await attached.run('invite', '--trust', 'mine', '--json')).toBe(0);
    expect(attached.lines).toMatchObject([{ kind: 'invite', code: 'CODE' }]);
    expect(engine.calls.at(-1)).toMatchObject({ input: { trust: 'mine' } });
    const hosted = new FakeRun({ hosting: true }, engine);
    const exit = hosted.run('invite');
    await vi.waitFor(() => expect(hosted.stdout).toContain('CODE'));
    engine.putPeer(fakePeer());
    expect(await exit).toBe(0);
    engine.answers['invite.create'] = () =>
      Promise.resolve({ code: 'CODE', expires: Date.now() + 20, addresses: [] });
    expect(await new FakeRun({ hosting: true }, engine).run('invite')).toBe(3);
  });

  test('join, trust, unpair, rename', async () => {
    const engine = new FakeEngine();
    engine.answers['invite.join'] = () => Promise.resolve(fakePeer());
    engine.answers['peers.trust'] = ({ trust }) => Promise.resolve(fakePeer({ trust }));
    engine.answers['peers.unpair'] = () => Promise.resolve(fakePeer({ paired: false, trust: 'none' }));
    const join = new FakeRun({ input: 'CODE\n' }, engine);
    expect(await join.run('join', 'h:1', '--json')).toBe(0);
    expect(engine.calls.at(-1)).toMatchObject({
      name: 'invite.join',
      input: { address: 'h:1', code: 'CODE' },
    });
    const trust = new FakeRun({}, engine);
    expect(await trust.run('trust', 'heron', 'mine', '--json')).toBe(0);
    expect(trust.lines).toMatchObject([{ kind: 'peer', trust: 'mine' }]);
    expect(trust.asked?.way).toBe('attachOrState');
    expect(await new FakeRun({}, engine).run('unpair', 'heron')).toBe(0);
    const rename = new FakeRun({}, engine);
    expect(await rename.run('rename', 'new name')).toBe(0);
    expect(rename.stdout).toBe('This device is now: new name.\n');
  });

  test('serve says it is ready and stops on a signal', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 0],
      ['SIGINT', 130],
    ] as const) {
      const run = new FakeRun({ alone: true, cwd: folder });
      const exit = run.run('serve', '--json', '--inbox', 'in', '--share', 'a=/b:rw', '--share', 'c=/d');
      await vi.waitFor(() => expect(run.lines).toHaveLength(1));
      expect(run.lines[0]).toMatchObject({ kind: 'ready', port: 40_001, web: null });
      expect(run.asked?.options.engine).toMatchObject({
        port: null,
        inbox: join(folder, 'in'),
        accept: 'where-answered',
      });
      run.interrupt(signal);
      expect(await exit).toBe(code);
      expect(run.closed).toBe(1);
    }
  });

  test('serve in a home that is served: exit 7', async () => {
    const run = new FakeRun();
    expect(await run.run('serve', '--json')).toBe(7);
    expect(run.lines).toMatchObject([{ kind: 'error', code: 'home-in-use' }]);
  });
});
