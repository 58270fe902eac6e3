import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_ORDERS_PER_ORDERER } from '../../src/engine/wire/limits.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { FakeDevice, offerOf } from './fake-device.ts';
import type { ControlPeer, RawMessage } from './raw-connection.ts';
import { leakedDescriptors, openDescriptors, Victim } from './victim.ts';

/** Orders that must not be: of devices without a right, on paths and for pullers that were not granted, too late. */

let descriptors: ReadonlySet<string>;
let victim: Victim;
/** Trusted as one of the victim's own; and one that is not. */
let orderer: FakeDevice;
let stranger: FakeDevice;
let puller: FakeDevice;
let control: ControlPeer;
let shared: string;

beforeAll(async () => {
  descriptors = await openDescriptors();
  victim = await Victim.start();
  [orderer, stranger, puller] = await Promise.all([
    FakeDevice.start(),
    FakeDevice.start(),
    FakeDevice.start(),
  ]);
  // Beside the sandbox's canaries, which may not change.
  shared = join(victim.sandbox, 'home', 'shared');
  await mkdir(join(shared, 'inner'), { recursive: true });
  await writeFile(join(shared, 'file'), 'content');
  await writeFile(join(victim.sandbox, 'home', 'secret'), 'secret');
  await symlink('../secret', join(shared, 'link'));
  await symlink('..', join(shared, 'up'));
});

beforeEach(async () => {
  await victim.call('shares.set', { name: 'read', dir: shared, readers: 'mine', writers: 'none' });
  await victim.call('shares.set', { name: 'write', dir: shared, readers: 'mine', writers: 'mine' });
  control = await pair(orderer, 'mine');
});

afterEach(async () => {
  for (const { job, state } of await victim.call('jobs.list', {})) {
    if (!['done', 'failed', 'cancelled', 'partial'].includes(state)) {
      await victim.call('jobs.cancel', { job, keep: 'nothing' }).catch(() => undefined);
    }
  }
  control.connection.destroy();
  expect(await victim.changes()).toEqual([]);
  expect((await readdir(shared)).sort()).toEqual(['file', 'inner', 'link', 'up']);
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), orderer.stop(), stranger.stop(), puller.stop()]);
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

async function pair(device: FakeDevice, trust: 'mine' | 'other'): Promise<ControlPeer> {
  const { code } = await victim.call('invite.create', { trust });
  return await device.join(victim.port, code);
}

function peerOf(device: FakeDevice): string {
  return device.identity.id;
}

interface Wanted {
  readonly job: JobId;
  readonly secret: Buffer;
}

function wanted(): Wanted {
  return { job: randomBytes(16).toString('hex') as JobId, secret: randomBytes(32) };
}

function grantOf({ job, secret }: Wanted, change: Readonly<Record<string, unknown>> = {}): RawMessage {
  return {
    ...{ kind: 'grant', job, puller: peerOf(puller), pullerName: 'puller' },
    secretHash: createHash('sha256').update(secret).digest(),
    items: [item('read', 'file')],
    ...change,
  };
}

function item(share: string, way: string) {
  return { share, way: Buffer.from(way), as: Buffer.alloc(0) };
}

/** The next message of one of these kinds. */
async function nextOf(peer: ControlPeer, ...kinds: string[]): Promise<RawMessage> {
  for (;;) {
    const message = await peer.next();
    if (kinds.includes(String(message['kind']))) return message;
  }
}

async function ask(peer: ControlPeer, message: RawMessage): Promise<RawMessage> {
  peer.send(message as { kind: string });
  return await nextOf(peer, 'granted', 'grant-refused', 'offer-answer', 'browsed', 'browse-refused');
}

async function granted(): Promise<Wanted> {
  const one = wanted();
  expect(await ask(control, grantOf(one))).toMatchObject({ kind: 'granted', itemCount: 1, bytes: 7 });
  return one;
}

/** What a device is told that shows this secret for this job. */
async function show(device: FakeDevice, { job, secret }: Wanted): Promise<string> {
  const connection = await device.dialData(victim.port, job);
  try {
    return await connection.open(job, secret);
  } finally {
    connection.connection.destroy();
  }
}

const loggedOf = (event: string) => victim.logged.filter((line) => line.event === event);

describe('a right to pull', () => {
  it('is for one device, one job and one secret', async () => {
    const one = await granted();
    expect(await show(puller, one)).toBe('opened');
    expect(await show(orderer, one)).toBe('no-right');
    expect(await show(stranger, one)).toBe('no-right');
    expect(await show(puller, { ...one, secret: randomBytes(32) })).toBe('no-right');
    expect(await show(puller, { ...wanted(), secret: one.secret })).toBe('no-right');
  });

  it('lets an unpaired puller in for its job alone, and only while it lives', async () => {
    const before = await puller.dialControl(victim.port);
    before.send({ kind: 'job-query', job: randomBytes(16).toString('hex') });
    expect(await nextOf(before, 'refused')).toMatchObject({ code: 'not-paired' });
    const one = await granted();
    const link = await puller.dialControl(victim.port);
    link.send({
      kind: 'browse',
      ask: 1,
      share: '',
      way: Buffer.alloc(0),
      action: 'list',
      after: Buffer.alloc(0),
      limit: 1,
    });
    expect(await nextOf(link, 'refused')).toMatchObject({ code: 'not-paired' });
    await link.connection.closed;
    control.send({ kind: 'job-cancel', job: one.job, reason: 'cancelled' });
    await victim.ended(one.job);
    const late = await puller.dialControl(victim.port);
    late.send({ kind: 'job-query', job: one.job });
    expect(await nextOf(late, 'refused')).toMatchObject({ code: 'not-paired' });
  });

  it.each([
    [
      'its orderer takes it back',
      async (job: JobId) => control.send({ kind: 'job-cancel', job, reason: 'cancelled' }),
    ],
    ['a person here stops it', (job: JobId) => victim.call('jobs.cancel', { job, keep: 'nothing' })],
    ['its orderer is unpaired', () => victim.call('peers.unpair', { peer: peerOf(orderer) })],
    [
      'its orderer is trusted less',
      () => victim.call('peers.trust', { peer: peerOf(orderer), trust: 'other' }),
    ],
    ['the share is gone', () => victim.call('shares.remove', { name: 'read' })],
    [
      'others may read it now',
      () => victim.call('shares.set', { name: 'read', dir: shared, readers: [], writers: 'none' }),
    ],
  ])('is dead at once when %s, on open connections too', async (_, end) => {
    const one = await granted();
    const open = await puller.dialData(victim.port, one.job);
    expect(await open.open(one.job, one.secret)).toBe('opened');
    await end(one.job);
    await open.connection.closed;
    expect((await victim.ended(one.job)).state).not.toBe('done');
    expect(await show(puller, one)).toBe('no-right');
    // Asked for again, a job that has ended stays so.
    if (!control.connection.isClosed) {
      expect(await ask(control, grantOf(one))).toMatchObject({ kind: 'grant-refused' });
    }
  });

  it.each([
    ['..', 'no-right'],
    ['inner/../../secret', 'no-right'],
    ['/etc/passwd', 'no-right'],
    ['inner//x', 'no-right'],
    ['up/secret', 'no-such-path'],
    ['nothing', 'no-such-path'],
  ])('is not to be had for %s', async (way, code) => {
    expect(await ask(control, grantOf(wanted(), { items: [item('read', way)] }))).toMatchObject({
      ...{ kind: 'grant-refused', code },
    });
    expect(loggedOf('grant-refused').at(-1)?.detail).toMatchObject({ peer: peerOf(orderer), code });
  });

  it('is not to be had by a device that is not mine, or that the share is not for', async () => {
    const peer = await pair(stranger, 'other');
    expect(await ask(peer, grantOf(wanted()))).toMatchObject({ kind: 'grant-refused', code: 'no-right' });
    await victim.call('shares.set', { name: 'read', dir: shared, readers: [], writers: 'mine' });
    expect(await ask(control, grantOf(wanted()))).toMatchObject({ kind: 'grant-refused', code: 'no-right' });
    expect(loggedOf('grant-refused').slice(-2)).toMatchObject([
      { level: 'warn', detail: { peer: peerOf(stranger), code: 'no-right' } },
      { level: 'warn', detail: { peer: peerOf(orderer), code: 'no-right' } },
    ]);
    peer.connection.destroy();
  });

  it('cannot be turned into another one, and there are only so many', async () => {
    const one = await granted();
    const other = grantOf({ ...one, secret: randomBytes(32) });
    expect(await ask(control, other)).toMatchObject({ kind: 'grant-refused', code: 'no-right' });
    expect(await ask(control, grantOf(one, { puller: peerOf(stranger) }))).toMatchObject({
      kind: 'grant-refused',
    });
    expect(await ask(control, grantOf(one))).toMatchObject({ kind: 'granted' });
    for (let count = 1; count < MAX_ORDERS_PER_ORDERER; count++) await granted();
    expect(await ask(control, grantOf(wanted()))).toMatchObject({ kind: 'grant-refused', code: 'declined' });
  });
});

describe('an order', () => {
  const into = (share: string, way = '') => ({ share, way: Buffer.from(way) });

  it.each([
    ['into a share one may only read', { into: into('read') }, 'no-right'],
    ['into a share that is not there', { into: into('nothing') }, 'no-such-path'],
    ['out of a share', { into: into('write', '../inbox') }, 'no-right'],
  ])('%s is declined, and says why', async (_, change, code) => {
    expect(await ask(control, offerOf(change))).toMatchObject({ state: 'declined', code });
    expect(loggedOf('order-refused').at(-1)?.detail).toMatchObject({ peer: peerOf(orderer), code });
  });

  it('through a link fails, with nothing written behind it', async () => {
    const offer = offerOf({ into: into('write', 'up/inbox') });
    expect(await ask(control, offer)).toMatchObject({ state: 'accepted' });
    expect(await victim.ended(offer.job)).toMatchObject({ state: 'failed' });
  });

  it('of a device that is not mine is declined', async () => {
    const peer = await pair(stranger, 'other');
    const answer = await ask(peer, offerOf({ into: into('write') }));
    expect(answer).toMatchObject({ state: 'declined', code: 'no-right' });
    peer.connection.destroy();
  });

  it('with a forged source never gets a byte from it', async () => {
    // Whoever listens there has another key than the one that the orderer names.
    let asked = 0;
    stranger.handlers.onData = async () => void (asked += 1);
    const source = { id: peerOf(puller), name: 'forged', addresses: [stranger.address], items: null };
    const offer = offerOf({ into: into('write'), source });
    expect(await ask(control, offer)).toMatchObject({ state: 'accepted' });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const [view] = (await victim.call('jobs.list', {})).filter(({ job }) => job === offer.job);
    expect(view).toMatchObject({ progress: { bytes: 0 } });
    expect(view?.state).not.toBe('done');
    expect(asked).toBe(0);
  });

  it('to copy within this device needs the right to read what it copies', async () => {
    await victim.call('shares.set', { name: 'read', dir: shared, readers: [], writers: 'none' });
    const { device } = await victim.engine.snapshot(AbortSignal.timeout(5_000));
    const source = { id: device.id, name: '', addresses: [], items: [item('read', 'file')] };
    const answer = await ask(control, offerOf({ into: into('write'), source }));
    expect(answer).toMatchObject({ state: 'declined', code: 'no-right' });
  });
});

describe('a look into shares', () => {
  const browse = (share: string, way: string, action = 'list') => ({
    ...{ kind: 'browse', ask: 7, share, way: Buffer.from(way), action, after: Buffer.alloc(0), limit: 100 },
  });

  it('sees names and links, and nothing behind them', async () => {
    expect(await ask(control, browse('read', ''))).toMatchObject({ kind: 'browsed', canWrite: false });
    for (const way of ['..', 'up', 'link', 'inner/../..']) {
      expect(await ask(control, browse('read', way))).toMatchObject({ kind: 'browse-refused' });
    }
    expect(await ask(control, browse('read', 'made', 'make'))).toMatchObject({ code: 'no-right' });
    expect(await ask(control, browse('write', 'up/made', 'make'))).toMatchObject({ kind: 'browse-refused' });
  });

  it('is for devices that are mine', async () => {
    const peer = await pair(stranger, 'other');
    expect(await ask(peer, browse('read', ''))).toMatchObject({ code: 'no-right' });
    expect((await ask(peer, browse('', '')))['entries']).toHaveLength(0);
    peer.connection.destroy();
  });
});
