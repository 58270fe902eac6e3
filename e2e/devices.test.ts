import { describe, expect, it } from 'vitest';
import { type Device, type Line, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import { runToEnd } from './program.ts';

const ID = /^[0-9a-f]{64}$/;
const CODE = /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/;

async function peers(device: Device): Promise<readonly Line[]> {
  return (await device.run(['peers'])).lines;
}

/** The paired devices a device knows, as `name: trust`. */
async function paired(device: Device): Promise<readonly string[]> {
  const found = (await peers(device)).filter((peer) => peer['paired'] === true);
  return found.map((peer) => `${String(peer['name'])}: ${String(peer['trust'])}`);
}

/** Whether a device knows another one as paired; told from its state alone, so nothing has to run there. */
async function knows(device: Device, id: string): Promise<boolean> {
  const run = await device.run(['trust', id, 'other']);
  if (run.code !== 0) expect([run.code, run.error]).toEqual([4, 'unknown-peer']);
  return run.code === 0;
}

describe.concurrent('serve', () => {
  it('tells where it is, and ends cleanly', async () => {
    await using world = await World.create();
    const bob = await world.serving('bob');
    expect(bob.ready).toEqual({
      kind: 'ready',
      device: { id: expect.stringMatching(ID), name: 'bob' },
      addresses: expect.arrayContaining([`127.0.0.1:${bob.port}`]),
      port: expect.any(Number),
      inbox: bob.inbox,
      web: null,
    });
    expect(bob.served.stdout.startsWith('{"kind":"ready"')).toBe(true);
    const id = bob.id;
    expect(await bob.served.stop('SIGINT')).toMatchObject({ code: 130 });
    await bob.serve();
    expect(bob.id).toBe(id);
    expect(await bob.served.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(bob.served.stderr).toBe('');
  });

  it('does not take a port or a home that is in use', async () => {
    await using world = await World.create();
    const bob = await world.serving('bob');
    const anna = await world.device('anna');
    const [port, home] = await Promise.all([
      anna.run(['serve', '--port', String(bob.port)]),
      bob.run(['serve', '--port', '0']),
    ]);
    expect([port.code, port.error]).toEqual([7, 'port-taken']);
    expect([home.code, home.error]).toEqual([7, 'home-in-use']);
    const text = anna.start(['serve', '--port', String(bob.port)]);
    expect(await text.ended).toMatchObject({ code: 7 });
    expect(text.stderr).toBe(
      `ferry: the port is taken by another program: [::]:${bob.port}. Choose another one with --port.\n`,
    );
  });

  it('listens where it is told to', async () => {
    await using world = await World.create();
    const bob = await world.serving('bob', ['--listen', '127.0.0.1']);
    expect(bob.ready['addresses']).toEqual([`127.0.0.1:${bob.port}`]);
    const anna = await world.device('anna');
    expect(await anna.run(['join', `[::1]:${bob.port}`], { code: 'x' })).toMatchObject({ code: 3 });
    const code = String((await bob.run(['invite'])).lines[0]?.['code']);
    const other = await anna.run(['join', `[::1]:${bob.port}`], { code });
    expect([other.code, other.error]).toEqual([4, 'unreachable']);
  });

  it('lives in homes with long names, spaces and other letters', async () => {
    await using world = await World.create();
    const home = world.path('with spaces', 'ünï\nçode', 'long'.repeat(40), 'home');
    const bob = await world.device('bob', { home });
    await bob.serve();
    const found = await bob.run(['peers']);
    expect(found).toMatchObject({ code: 0, stderr: '' });
  });

  it('leaves no other user anything to read', async () => {
    await using world = await World.create();
    const bob = await world.serving('bob');
    const open = await runToEnd('find', [bob.home, '-perm', '/077']);
    expect(open).toBe('');
  });
});

describe.concurrent('pairing by an invite', () => {
  it('works once, and each knows the other from then on', async () => {
    await using world = await World.create();
    const [bob, anna, eve] = await Promise.all([
      world.serving('bob'),
      world.serving('anna'),
      world.device('eve'),
    ]);
    const invite = await bob.run(['invite', '--trust', 'mine']);
    expect(invite).toMatchObject({ code: 0, lines: [{ kind: 'invite', code: expect.stringMatching(CODE) }] });
    const code = String(invite.lines[0]?.['code']);
    expect(Number(invite.lines[0]?.['expires'])).toBeGreaterThan(Date.now());
    const join = await anna.run(['join', bob.address], {
      input: `${code.toLowerCase().replaceAll('-', ' ')}\n`,
    });
    expect(join).toMatchObject({
      code: 0,
      lines: [{ kind: 'peer', id: bob.id, name: 'bob', paired: true, trust: 'other', online: true }],
    });
    const used = await eve.run(['join', bob.address], { code });
    expect([used.code, used.error]).toEqual([3, 'expired']);
    expect(await paired(bob)).toEqual(['anna: mine']);
    expect(await paired(anna)).toEqual(['bob: other']);
    expect(await knows(eve, bob.id)).toBe(false);
  });

  it('refuses wrong and malformed codes, and says what is missing', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob'), world.serving('anna')]);
    const code = String((await bob.run(['invite'])).lines[0]?.['code']);
    const last = code.endsWith('0') ? '1' : '0';
    const foreign = code.startsWith('0') ? '1' : '0';
    const tries: readonly (readonly [string, number, string])[] = [
      [code.slice(0, -1) + last, 3, 'wrong-code'],
      [foreign + code.slice(1), 3, 'wrong-code'],
      ['hello', 3, 'wrong-code'],
      ['', 2, 'usage'],
    ];
    for (const [wrong, exit, error] of tries) {
      const run = await anna.run(['join', bob.address], { input: `${wrong}\n` });
      expect([wrong, run.code, run.error]).toEqual([wrong, exit, error]);
      expect(run.stderr).toBe('');
    }
    expect((await anna.run(['join', bob.address, code])).code).toBe(2);
    expect((await anna.run(['join', bob.address], { code })).code).toBe(0);
  });

  it('is given by a command alone while it waits, with nobody serving', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.device('bob'), world.device('anna')]);
    const invite = bob.start(['invite', '--json']);
    const line = await invite.waitFor({ kind: 'invite' });
    const [address] = line['addresses'] as readonly string[];
    const join = await anna.run(['join', String(address)], { code: String(line['code']) });
    expect(join.code).toBe(0);
    expect(await invite.ended).toMatchObject({ code: 0 });
    expect(await knows(anna, String(join.lines[0]?.['id']))).toBe(true);
  });

  it('tells what does not answer from what is not Ferry', async () => {
    await using world = await World.create();
    const anna = await world.device('anna');
    const code = '0000-'.repeat(6) + '0000';
    const [nobody, nonsense] = await Promise.all([
      anna.run(['join', '127.0.0.1:1'], { code }),
      anna.run(['join', 'not an address'], { code }),
    ]);
    expect([nobody.code, nobody.error]).toEqual([4, 'unreachable']);
    expect([nonsense.code, nonsense.error]).toEqual([2, 'usage']);
  });
});

describe.concurrent('pairing by six digits', () => {
  it('pairs two devices when both confirm', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob'), world.serving('anna')]);
    const waiting = bob.start(['pair', '--json'], { input: 'yes\n' });
    await eventually(
      'pairing',
      async () => (await anna.run(['pair', bob.address], { input: 'y\n' })).code === 0,
    );
    const there = await toRun(waiting);
    expect(there.code).toBe(0);
    expect(there.lines.map((line) => line['state'])).toEqual(['comparing', 'done']);
    expect(await paired(bob)).toEqual(['anna: other']);
    expect(await paired(anna)).toEqual(['bob: other']);
  });

  it('pairs nobody when one says no, or the window is closed', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob'), world.device('anna')]);
    const closed = await anna.run(['pair', bob.address], { input: 'yes\n' });
    expect([closed.code, closed.error]).toEqual([3, 'pairing-closed']);
    const waiting = bob.start(['pair', '--json'], { input: 'no\n' });
    let run = await anna.run(['pair', bob.address], { input: 'yes\n' });
    while (run.error === 'pairing-closed') run = await anna.run(['pair', bob.address], { input: 'yes\n' });
    expect([run.code, run.error]).toEqual([3, 'pairing-mismatch']);
    const there = await toRun(waiting);
    expect([there.code, there.error]).toEqual([3, 'pairing-mismatch']);
    const digits = [run, there].map(({ lines }) => lines[0]?.['code']);
    expect(digits[0]).toMatch(/^\d{6}$/);
    expect(digits[1]).toBe(digits[0]);
    expect(await paired(bob)).toEqual([]);
    expect(await knows(anna, bob.id)).toBe(false);
  });

  it('works between two commands with nobody serving', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.device('bob'), world.device('anna')]);
    const waiting = bob.start(['pair'], { input: 'yes\n' });
    const address = await eventually('window', () => /`ferry pair (\S+)`/.exec(waiting.stdout)?.[1]);
    const pairing = await anna.run(['pair', address], { input: 'yes\n' });
    expect(pairing.code).toBe(0);
    expect(await waiting.ended).toMatchObject({ code: 0 });
    const other = pairing.lines.at(-1)?.['peer'] as Line | undefined;
    expect(await knows(anna, String(other?.['id']))).toBe(true);
    expect(await paired(bob)).toHaveLength(1);
  });
});

describe.concurrent('paired devices', () => {
  it('are trusted, renamed and forgotten', async () => {
    await using world = await World.create();
    const [bob, anna] = await Promise.all([world.serving('bob'), world.serving('anna')]);
    await anna.pairWith(bob);
    expect(await anna.run(['trust', 'bob', 'mine'])).toMatchObject({
      code: 0,
      lines: [{ kind: 'peer', id: bob.id, trust: 'mine' }],
    });
    expect(await paired(anna)).toEqual(['bob: mine']);
    expect(await bob.run(['rename', 'Robert'])).toMatchObject({ code: 0, lines: [{ name: 'Robert' }] });
    // The name a person knows it by was fixed at pairing.
    expect(await anna.run(['trust', 'bob', 'other'])).toMatchObject({ code: 0 });
    expect(await anna.run(['trust', bob.id.slice(0, 8), 'other'])).toMatchObject({ code: 0 });
    const unpair = await anna.run(['unpair', 'bob']);
    expect(unpair).toMatchObject({ code: 0, lines: [{ id: bob.id, paired: false, trust: 'none' }] });
    const gone = await anna.run(['trust', 'bob', 'mine']);
    expect([gone.code, gone.error]).toEqual([4, 'unknown-peer']);
    expect((await anna.run(['rename', ''])).code).toBe(2);
    expect((await anna.run(['trust', 'bob', 'everything'])).code).toBe(2);
  });

  it('are seen to come and go, unpaired ones too', async () => {
    await using world = await World.create();
    const bob = await world.serving('bob');
    const watch = bob.start(['peers', '--watch', '--json']);
    const anna = await world.serving('anna');
    const seen = await watch.waitFor({ kind: 'peer', name: 'anna', online: true });
    expect(seen).toMatchObject({
      paired: false,
      trust: 'none',
      addresses: [anna.address, expect.anything()],
    });
    await anna.pairWith(bob);
    await watch.waitFor({ kind: 'peer', name: 'anna', paired: true, id: anna.id }, 30_000);
    expect((await peers(bob)).filter((peer) => peer['name'] === 'anna')).toHaveLength(1);
    await anna.served.stop();
    await watch.waitFor({ kind: 'peer', name: 'anna', paired: true, online: false }, 30_000);
    expect(await watch.stop('SIGINT')).toMatchObject({ code: 130 });
  });
});
