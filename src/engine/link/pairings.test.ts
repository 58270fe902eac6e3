import { afterEach, expect, test, vi } from 'vitest';
import type { PairingView } from '../../shared/device.ts';
import { Failure } from '../../shared/failure.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { Link } from './link.ts';
import { PAIRING_TABLE } from './pairing.ts';
import { ATTEMPTS_PER_WINDOW } from './pairings.ts';
import { never, startTestDevice, type TestDevice, type TestDeviceOptions, until } from './testing/devices.ts';

const started: TestDevice[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(started.splice(0).map((device) => device.stop()));
});

async function start(options?: TestDeviceOptions): Promise<TestDevice> {
  const device = await startTestDevice(options);
  started.push(device);
  return device;
}

async function beginPairing(
  a: TestDevice,
  b: TestDevice,
): Promise<{ link: Link; mine: PairingView; theirs: PairingView }> {
  const link = await a.links.openByAddress(b.address, never());
  const mine = await a.pairings.start(link, never());
  await until(() => b.pairings.list()[0]?.state === 'comparing');
  const [theirs] = b.pairings.list();
  if (theirs === undefined) throw new Error('no pairing');
  return { link, mine, theirs };
}

test('both see the same six digits; both confirm; both are pinned, and only then', async () => {
  const [a, b] = [await start({ name: 'Calm\u202e Otter' }), await start({ name: 'Brave Bee' })];
  b.pairings.openWindow();
  const { link, mine, theirs } = await beginPairing(a, b);
  expect(mine.code).toMatch(/^\d{6}$/);
  expect(theirs.code).toBe(mine.code);
  expect(theirs.peer).toEqual({ id: a.identity.id, name: 'Calm Otter' });
  expect(theirs.role).toBe('responder');
  const confirmed = a.pairings.confirm(mine.pairing, true);
  await until(() => b.received.some(({ message }) => message.kind === 'pair-confirmed'));
  expect(a.pairings.list()[0]?.state).toBe('confirmed-here');
  expect(b.pairings.list()[0]?.state).toBe('comparing');
  expect([a.paired.size, b.paired.size]).toEqual([0, 0]);
  expect((await b.pairings.confirm(theirs.pairing, true)).state).toBe('done');
  expect((await confirmed).state).toBe('done');
  expect(a.paired.get(b.identity.id)).toEqual({ id: b.identity.id, name: 'Brave Bee', trust: 'other' });
  expect(b.paired.get(a.identity.id)?.name).toBe('Calm Otter');
  expect(link.admission).toBe('paired');
  expect(a.pairings.list()).toEqual([]);
  expect(await a.pairings.confirm(mine.pairing, true)).toMatchObject({ state: 'done' });
  expect(b.pairingViews.map((view) => view.state)).toEqual([
    'connecting',
    'comparing',
    'comparing',
    'confirmed-here',
    'done',
  ]);
});

test('what is sent right after the pairing waits until the other side has stored the pin', async () => {
  let store: () => void = () => undefined;
  const slow = () => new Promise<void>((resolve) => (store = resolve));
  const [a, b] = [await start(), await start({ storePeer: slow })];
  b.pairings.openWindow();
  const { link, mine, theirs } = await beginPairing(a, b);
  void b.pairings.confirm(theirs.pairing, true);
  await a.pairings.confirm(mine.pairing, true);
  link.send({ kind: 'job-query', job: 'ab'.repeat(16) as never });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(link.isClosed).toBe(false);
  store();
  await until(() => b.received.some(({ message }) => message.kind === 'job-query'));
});

test('one side says no: nothing is pinned and both know why', async () => {
  for (const decider of ['a', 'b'] as const) {
    const [a, b] = [await start(), await start()];
    b.pairings.openWindow();
    const { link, mine, theirs } = await beginPairing(a, b);
    if (decider === 'a') {
      expect(await a.pairings.confirm(mine.pairing, false)).toMatchObject({ state: 'failed' });
      await until(() => b.pairings.list().length === 0);
    } else {
      const waiting = a.pairings.confirm(mine.pairing, true);
      await b.pairings.confirm(theirs.pairing, false);
      expect(await waiting).toMatchObject({ state: 'failed', failure: { code: 'pairing-mismatch' } });
    }
    expect(b.pairingViews.at(-1)).toMatchObject({ state: 'failed', failure: { code: 'pairing-mismatch' } });
    expect([a.paired.size, b.paired.size]).toEqual([0, 0]);
    expect(link.isClosed).toBe(true);
  }
});

test('a closed window: refused, no event, one log line', async () => {
  const [a, b] = [await start(), await start()];
  const link = await a.links.openByAddress(b.address, never());
  await expect(a.pairings.start(link, never())).rejects.toMatchObject({ code: 'pairing-closed' });
  expect(b.pairingViews).toEqual([]);
  expect(b.logged.filter(({ event }) => event === 'pairing-refused')).toHaveLength(1);
  b.pairings.openWindow();
  b.pairings.closeWindow();
  await until(() => a.links.list().length === 0);
  const again = await a.links.openByAddress(b.address, never());
  await expect(a.pairings.start(again, never())).rejects.toMatchObject({ code: 'pairing-closed' });
});

test('three attempts a window, whoever makes them; giving up after the commitment is one', async () => {
  const b = await start();
  b.pairings.openWindow();
  for (let attempt = 0; attempt < ATTEMPTS_PER_WINDOW; attempt += 1) {
    const a = await start();
    const link = await a.links.openByAddress(b.address, never());
    a.links.onMessage(() => link.kill(new Failure('cancelled')));
    a.pairings.handle = () => undefined;
    link.send({ kind: 'pair-commit', commitment: new Uint8Array(32) });
    await until(() => b.pairingViews.length === 2 * (attempt + 1));
    expect(b.pairingViews.at(-1)).toMatchObject({ state: 'failed', failure: { code: 'peer-gone' } });
  }
  const late = await start();
  const link = await late.links.openByAddress(b.address, never());
  await expect(late.pairings.start(link, never())).rejects.toMatchObject({ code: 'pairing-closed' });
  b.pairings.openWindow();
  await until(() => late.links.list().length === 0);
  await late.pairings.start(await late.links.openByAddress(b.address, never()), never());
});

test('an initiator that reveals another nonce than it committed to is refused', async () => {
  const [a, b] = [await start(), await start()];
  b.pairings.openWindow();
  const link = await a.links.openByAddress(b.address, never());
  link.send({ kind: 'pair-commit', commitment: new Uint8Array(32) });
  await until(() => a.received.some(({ message }) => message.kind === 'pair-nonce') || link.isClosed);
  expect(await link.closed).toMatchObject({ code: 'peer-misbehaved' });
  const other = await start();
  const direct = await other.links.openByAddress(b.address, never());
  const got: string[] = [];
  other.links.onMessage((_link, message) => got.push(message.kind));
  direct.send({ kind: 'pair-commit', commitment: new Uint8Array(32) });
  direct.send({ kind: 'pair-reveal', nonce: new Uint8Array(32) });
  await until(() => b.pairingViews.at(-1)?.state === 'failed' && b.pairings.list().length === 0);
  expect(b.pairingViews.at(-1)?.failure?.code).toMatch(/peer-misbehaved|peer-gone/);
  expect(b.pairingViews.every((view) => view.code === null)).toBe(true);
});

test('somebody in the middle with two sessions never gets equal digits', async () => {
  let runs = 0;
  for (let round = 0; round < 8; round += 1) {
    const [a, middle, b] = [await startTestDevice(), await startTestDevice(), await startTestDevice()];
    b.pairings.openWindow();
    middle.pairings.openWindow();
    // The middle relays both sessions faithfully, as a proxy that terminates TLS would.
    const toB = await middle.links.openByAddress(b.address, never());
    const [mine, relayed] = await Promise.all([
      a.pairings.start(await a.links.openByAddress(middle.address, never()), never()),
      middle.pairings.start(toB, never()),
    ]);
    await until(() => b.pairings.list()[0]?.code !== null);
    const theirs = b.pairings.list()[0];
    expect(theirs?.code).toBe(relayed.code);
    if (mine.code !== theirs?.code) runs += 1;
    await Promise.all([a.stop(), middle.stop(), b.stop()]);
  }
  expect(runs).toBe(8);
});

test('messages relayed between two sessions are refused: the commitment is tied to its connection', async () => {
  const [a, middle, b] = [await start(), await start(), await start()];
  b.pairings.openWindow();
  const relay: { toA?: Link; toB?: Link } = {};
  middle.links.onMessage((link, message) => {
    if (link === relay.toB) relay.toA?.send(message);
  });
  relay.toB = await middle.links.openByAddress(b.address, never());
  middle.pairings.handle = (link, message) => {
    if (link === relay.toB || message.kind === 'refused') return;
    relay.toA = link;
    relay.toB?.send(message);
  };
  const link = await a.links.openByAddress(middle.address, never());
  await Promise.allSettled([a.pairings.start(link, AbortSignal.timeout(2_000))]);
  await until(() => b.pairings.list().length === 0);
  expect(b.pairingViews.at(-1)).toMatchObject({
    state: 'failed',
    code: null,
    failure: { code: 'peer-misbehaved' },
  });
});

test('a pin that cannot be stored fails the pairing', async () => {
  const [a, b] = [await start(), await start({ storePeer: () => Promise.reject(new Error('disk')) })];
  b.pairings.openWindow();
  const { mine, theirs } = await beginPairing(a, b);
  void a.pairings.confirm(mine.pairing, true);
  expect(await b.pairings.confirm(theirs.pairing, true)).toMatchObject({
    state: 'failed',
    failure: { code: 'internal' },
  });
  expect(b.paired.size).toBe(0);
});

test('digits nobody answers expire after 120 s', async () => {
  const [a, b] = [await start(), await start()];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  b.pairings.openWindow();
  const link = await a.links.openByAddress(b.address, never());
  const mine = await a.pairings.start(link, never());
  expect(mine.expiresMs).toBe(Date.now() + 120_000);
  const ended = a.pairings.confirm(mine.pairing, true);
  vi.advanceTimersByTime(120_001);
  vi.useRealTimers();
  expect(await ended).toMatchObject({ state: 'failed', failure: { code: 'expired' } });
  expect(a.paired.size).toBe(0);
});

test('an abort ends it, and answers to what is not known or not ready are refused', async () => {
  const [a, b] = [await start(), await start()];
  const abort = new AbortController();
  b.pairings.openWindow();
  const link = await a.links.openByAddress(b.address, never());
  b.pairings.handle = () => undefined;
  const starting = a.pairings.start(link, abort.signal);
  const [view] = a.pairings.list();
  if (view === undefined) throw new Error('no pairing');
  await expect(a.pairings.confirm(view.pairing, true)).rejects.toMatchObject({ code: 'usage' });
  await expect(a.pairings.start(link, never())).rejects.toMatchObject({ code: 'usage' });
  abort.abort();
  await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(a.pairings.confirm('00'.repeat(8) as never, true)).rejects.toMatchObject({ code: 'expired' });
});

const nonce = new Uint8Array(32);
const steps: readonly LinkMessage[] = [
  { kind: 'pair-nonce', nonce },
  { kind: 'pair-reveal', nonce },
  { kind: 'pair-confirmed' },
  { kind: 'pair-commit', commitment: nonce },
];

test('each stage takes exactly its one message', () => {
  const taken = Object.entries(PAIRING_TABLE).flatMap(([stage, row]) =>
    Object.entries(row).flatMap(([kind, action]) =>
      action === 'misbehaved' ? [] : [`${stage} ${kind} ${action}`],
    ),
  );
  expect(taken).toEqual([
    'committed pair-nonce reveal',
    'nonce-sent pair-reveal check',
    'comparing pair-confirmed note',
    'confirmed-here pair-confirmed store',
  ]);
});

test.each(steps.map((step) => [step.kind, step] as const))(
  '%s where it does not belong ends pairing and link',
  async (kind, step) => {
    const [a, b, c] = [await start(), await start(), await start()];
    const idle = await c.links.openByAddress(b.address, never());
    if (kind !== 'pair-commit') {
      idle.send(step);
      expect(await idle.closed).toMatchObject({ code: 'peer-misbehaved' });
    }
    b.pairings.openWindow();
    const { link } = await beginPairing(a, b);
    // While comparing only one `pair-confirmed` belongs there.
    link.send(step);
    if (kind === 'pair-confirmed') link.send(step);
    await until(() => b.pairings.list().length === 0);
    expect(b.pairingViews.at(-1)).toMatchObject({ state: 'failed', failure: { code: 'peer-misbehaved' } });
    expect(b.paired.size).toBe(0);
  },
);

test('tells when the window opens and closes, and who knocked at the closed one', async () => {
  const [a, b] = [await start({ name: 'Anna\u202e' }), await start()];
  const link = await a.links.openByAddress(b.address, never());
  await expect(a.pairings.start(link, never())).rejects.toMatchObject({ code: 'pairing-closed' });
  expect(b.windows).toEqual([{ endsMs: null, knock: 'Anna' }]);
  const { expiresMs } = b.pairings.openWindow();
  expect(b.windows.at(-1)).toEqual({ endsMs: expiresMs, knock: null });
  b.pairings.closeWindow();
  expect(b.windows.at(-1)).toEqual({ endsMs: null, knock: null });
  const told = b.windows.length;
  b.pairings.closeWindow();
  expect(b.windows).toHaveLength(told);
});

test('nobody knocks at a device that not everyone may see; its own person can still open it', async () => {
  const [a, b] = [await start({ name: 'Anna' }), await start({ isHidden: true })];
  const link = await a.links.openByAddress(b.address, never());
  await expect(a.pairings.start(link, never())).rejects.toMatchObject({ code: 'pairing-closed' });
  expect(b.windows).toEqual([]);
  const { expiresMs } = b.pairings.openWindow();
  expect(b.windows.at(-1)).toEqual({ endsMs: expiresMs, knock: null });
});

test('a paired device does not knock', async () => {
  const [a, b] = [await start(), await start()];
  b.paired.set(a.identity.id, { id: a.identity.id, name: 'Anna', trust: 'other' });
  const link = await a.links.openByAddress(b.address, never());
  await expect(a.pairings.start(link, never())).rejects.toMatchObject({ code: 'pairing-closed' });
  expect(b.windows).toEqual([]);
});
