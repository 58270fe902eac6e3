import { randomBytes } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { encode } from '@msgpack/msgpack';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CONTROL_SERVER_NAME, clientTlsSettings } from '../../src/engine/identity/tls-settings.ts';
import { controlSamples } from '../../src/engine/link/testing/control-samples.ts';
import {
  MAX_CONTROL_FRAME_BYTES,
  MAX_JOBS_PER_PEER,
  MAX_PRE_AUTH_BYTES,
  MAX_PRE_AUTH_SOCKETS_PER_ADDRESS,
} from '../../src/engine/wire/limits.ts';
import { DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import type { JobId } from '../../src/shared/ids.ts';
import { ENDED_STATES } from '../../src/shared/job.ts';
import { bombs } from './bombs.ts';
import { FakeDevice, offerOf } from './fake-device.ts';
import { ControlPeer, dialRaw, type RawMessage } from './raw-connection.ts';
import { gift, serveByScript } from './source-script.ts';
import { copyHonestly, HONEST_EVERY, leakedDescriptors, openDescriptors, Victim } from './victim.ts';

/** Control connections that say what they must not: strangers, guests with a code, paired devices. */

let descriptors: ReadonlySet<string>;
/** Tests so far: after every few of them an honest device copies something. */
let finished = 0;
let victim: Victim;
let honest: Victim;
let device: FakeDevice;

beforeAll(async () => {
  descriptors = await openDescriptors();
  victim = await Victim.start('ask');
  honest = await Victim.start();
  device = await FakeDevice.start();
});

afterEach(async () => {
  device.handlers.onControl = async () => undefined;
  expect(await victim.changes()).toEqual([]);
  if (++finished % HONEST_EVERY === 0) expect(await copyHonestly(honest, victim)).toBe('done');
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), honest[Symbol.asyncDispose](), device.stop()]);
  expect(await leakedDescriptors(descriptors)).toEqual([]);
});

/** Jobs that a hostile device has brought about and that have not ended. */
async function jobCount(): Promise<number> {
  const jobs = await victim.call('jobs.list', {});
  return jobs.filter(({ peer, state }) => peer?.name === 'Hostile' && !ENDED_STATES.has(state)).length;
}

describe('strangers', () => {
  /** Bytes that come back on a connection opened like this, once it is closed. */
  function answersTo(change: ConnectionOptions, serverName: string): Promise<number> {
    return new Promise((resolve) => {
      let received = 0;
      const settings = { ...clientTlsSettings(device.identity, serverName), ...change };
      const socket = connect({ ...settings, host: '127.0.0.1', port: victim.port });
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: Buffer) => (received += chunk.length));
      socket.once('secureConnect', () => socket.write(device.hello()));
      socket.once('close', () => resolve(received));
    });
  }

  const none = { key: undefined, cert: undefined };
  const changes: readonly [string, ConnectionOptions][] = [
    ['no certificate', none],
    ['no ALPN', { ALPNProtocols: undefined }],
    ['another ALPN', { ALPNProtocols: ['h2'] }],
    ['TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }],
  ];
  it.each(changes)('hear nothing with %s, on either plane', async (_name, change) => {
    const optionsOf = Object.fromEntries(Object.entries(change)) as ConnectionOptions;
    for (const name of [
      CONTROL_SERVER_NAME,
      '00000000.data.ferry',
      '00000000.pull.data.ferry',
      '.data.ferry',
    ]) {
      expect(await answersTo(optionsOf, name)).toBe(0);
    }
  });

  it('hear nothing without TLS', async () => {
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      device.hello(),
      randomBytes(20_000),
    ]) {
      const received = await new Promise<number>((resolve) => {
        let count = 0;
        const socket = connectTcp(victim.port, '127.0.0.1', () => socket.write(bytes));
        socket.on('error', () => socket.destroy());
        socket.on('data', (chunk) => (count += chunk.length));
        socket.once('close', () => resolve(count));
      });
      expect(received).toBe(0);
    }
  });

  const first: readonly [string, () => Buffer][] = [
    ['a message', () => frame(encode({ kind: 'ping', number: 1 }))],
    ['an offer', () => frame(encode(offerOf()))],
    ['another magic', () => frame(encode({ kind: 'hello', magic: 'fairy', lowest: 1, highest: 1 }))],
    [
      'a hello without end',
      () => Buffer.concat([Buffer.from([0, 0, 0x40, 1]), Buffer.alloc(MAX_PRE_AUTH_BYTES + 1)]),
    ],
    ['a frame of 4 GiB', () => Buffer.from([255, 255, 255, 255])],
    ['an empty frame', () => Buffer.alloc(4)],
    ['noise', () => frame(randomBytes(1_000))],
  ];
  it.each(first)('are let go when they begin with %s', async (_name, bytes) => {
    const connection = await dialRaw(victim.port, device.identity, CONTROL_SERVER_NAME);
    connection.write(bytes());
    await connection.closed;
    expect(await jobCount()).toBe(0);
  });

  it('have eight data connections at once and no more, as long as they have shown no grant', async () => {
    const alone = await Victim.start();
    const dials = Array.from({ length: 20 }, () => device.dialData(alone.port, 'ab'.repeat(16) as JobId));
    const settled = await Promise.allSettled(dials);
    const open = settled.flatMap((dial) => (dial.status === 'fulfilled' ? [dial.value.connection] : []));
    const stillOpen = () => open.filter(({ isClosed }) => !isClosed).length;
    await expect.poll(stillOpen).toBe(MAX_PRE_AUTH_SOCKETS_PER_ADDRESS);
    const late = await device.dialData(alone.port, 'ab'.repeat(16) as JobId).catch(() => null);
    expect(late).toBeNull();
    for (const connection of open) connection.destroy();
    await alone[Symbol.asyncDispose]();
  });

  it.each(controlSamples.map((message) => [message.kind, message]))(
    'get nothing done with %s',
    async (kind, message) => {
      const guest = await device.dialControl(victim.port);
      guest.send({ ...message });
      guest.send({ ...message });
      await guest.connection.closed;
      expect(await jobCount()).toBe(0);
      expect(await victim.call('offers.list', {})).toEqual([]);
      expect(kind).toBeTypeOf('string');
    },
  );
});

function frame(payload: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}

describe('bombs', () => {
  it.each(bombs)('end the connection of a guest and of a paired device: %s', async (_name, payload) => {
    const rssBytes = process.memoryUsage().rss;
    const guest = await device.dialControl(victim.port);
    guest.sendPayload(payload);
    await guest.connection.closed;
    const friend = await FakeDevice.start();
    const paired = await victim.pair(friend);
    paired.sendPayload(payload);
    await paired.connection.closed;
    await victim.call('peers.unpair', { peer: 'Hostile' });
    await friend.stop();
    expect(process.memoryUsage().rss - rssBytes).toBeLessThan(20 * 2 ** 20);
  });

  it('are measured before they are taken: frames over the limit, by who sends them', async () => {
    const guest = await device.dialControl(victim.port);
    guest.sendPayload(Buffer.alloc(MAX_PRE_AUTH_BYTES + 1, 0xc0));
    await guest.connection.closed;
    const friend = await FakeDevice.start();
    const paired = await victim.pair(friend);
    paired.sendPayload(Buffer.alloc(MAX_CONTROL_FRAME_BYTES + 1, 0xc0));
    await paired.connection.closed;
    await victim.call('peers.unpair', { peer: 'Hostile' });
    await friend.stop();
  });
});

describe('paired devices', () => {
  let friend: FakeDevice;
  let peer: ControlPeer;

  beforeAll(async () => {
    friend = await FakeDevice.start();
    peer = await victim.pair(friend);
  });

  afterAll(() => friend.stop());

  it('do nothing to jobs that are not theirs', async () => {
    const paths = [join(victim.sandbox, 'beside')];
    const { job } = (await victim.call('jobs.sendWithCode', { paths, options: DEFAULT_COPY_OPTIONS })).job;
    const about = controlSamples.filter((message) => 'job' in message && message.kind !== 'redeemed');
    for (const message of about) peer.send({ ...message, job });
    peer.send({ kind: 'job-query', job: 'ab'.repeat(16) });
    // Answered in order: once this one is, all of them were looked at.
    for (let told: unknown; told !== 'ab'.repeat(16); ) told = (await peer.waitFor('job-unknown'))['job'];
    const view = await victim.call('jobs.get', { job });
    expect(view).toMatchObject({ state: 'waiting', role: 'source', peer: null });
    expect(await victim.call('offers.list', {})).toEqual([]);
    await victim.call('jobs.cancel', { job, keep: 'parts' });
  });

  it('cannot take the place of a running job by offering under its id', async () => {
    const paths = [join(victim.sandbox, 'beside')];
    const waiting = await victim.call('jobs.sendWithCode', { paths, options: DEFAULT_COPY_OPTIONS });
    peer.send(offerOf({ job: waiting.job.job }));
    expect(await peer.waitFor('offer-answer')).toMatchObject({ state: 'declined' });
    const into = join(honest.sandbox, 'home', 'place');
    const { job } = await honest.receive(victim.address, waiting.code, into);
    expect((await honest.ended(job)).state).toBe('done');
    expect((await victim.ended(job)).state).toBe('done');
  });

  it('wait with eight offers and no more, however fast they come, and never twice with one', async () => {
    const offers = Array.from({ length: 100 }, () => offerOf());
    const twice = offerOf();
    for (const offer of [twice, twice, ...offers]) peer.send(offer);
    const answers: RawMessage[] = [];
    while (answers.length < 101) answers.push(await peer.waitFor('offer-answer'));
    const asked = answers.filter(({ state }) => state === 'asked');
    const waiting = await victim.call('offers.list', {});
    expect(waiting).toHaveLength(MAX_JOBS_PER_PEER);
    expect(new Set(asked.map(({ job }) => job)).size).toBe(MAX_JOBS_PER_PEER);
    for (const { job } of waiting) await victim.call('offers.decline', { job });
    expect(peer.connection.isClosed).toBe(false);
  });

  it('move eight jobs and no more where nobody is asked', async () => {
    const eager = await Victim.start('paired');
    const pushy = await FakeDevice.start();
    pushy.handlers.onData = async (at) => {
      await at.next();
    };
    const link = await eager.pair(pushy);
    const offers = Array.from({ length: 30 }, () => offerOf());
    for (const offer of [offers[0], offers[0], ...offers]) link.send({ ...offer });
    const answers: RawMessage[] = [];
    while (answers.length < 30) answers.push(await link.waitFor('offer-answer'));
    link.stayPolite().catch(() => undefined);
    const running = await eager.call('jobs.list', {});
    expect(running.filter(({ state }) => !ENDED_STATES.has(state))).toHaveLength(MAX_JOBS_PER_PEER);
    expect(await eager.changes()).toEqual([]);
    await Promise.all(running.map(({ job }) => eager.call('jobs.cancel', { job, keep: 'parts' })));
    await eager[Symbol.asyncDispose]();
    await pushy.stop();
  });

  it('are not dialled more often than a job has connections, however often they ask', async () => {
    const [view] = await victim.call('jobs.send', {
      paths: [join(victim.sandbox, 'beside')],
      to: ['Hostile'],
      options: DEFAULT_COPY_OPTIONS,
    });
    let dialled = 0;
    friend.handlers.onData = async (at) => {
      dialled += 1;
      await at.connection.closed;
    };
    const job = view?.job ?? '';
    for (let count = 0; count < 50; count++) peer.send({ kind: 'dial-me', job, streams: 16 });
    await expect.poll(() => dialled).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(dialled).toBeLessThanOrEqual(16);
    await victim.call('jobs.cancel', { job, keep: 'parts' });
  });
});

describe('senders behind a code', () => {
  let sender: FakeDevice;

  beforeEach(async () => {
    sender = await FakeDevice.start();
  });

  afterEach(() => sender.stop());

  /** Receives from the hostile device; what it says after the code was shown is up to the test. */
  async function receive(answer: (peer: ControlPeer) => void | Promise<void>, into?: string) {
    sender.handlers.onControl = async (peer) => {
      await peer.waitFor('redeem');
      await answer(peer);
    };
    return await victim.receive(sender.address, sender.code(), into);
  }

  it.each([
    ['refusing', (peer: ControlPeer) => peer.send({ kind: 'refused', code: 'wrong-code' }), 'wrong-code'],
    ['joining instead', (peer: ControlPeer) => peer.send({ kind: 'joined' }), 'peer-misbehaved'],
    ['offering instead', (peer: ControlPeer) => peer.send(offerOf()), 'peer-misbehaved'],
    ['closing', (peer: ControlPeer) => peer.connection.destroy(), 'peer-gone'],
    ['talking nonsense', (peer: ControlPeer) => peer.sendPayload(randomBytes(100)), 'peer-misbehaved'],
  ])('fail plainly when they answer by %s', async (_name, answer, code) => {
    await expect(receive(answer)).rejects.toMatchObject({ code });
    expect(await jobCount()).toBe(0);
  });

  it('cannot answer twice, nor speak of other jobs', async () => {
    const { kind: _, ...offer } = offerOf();
    const view = await receive((peer) => {
      peer.send({ kind: 'redeemed', ...offer });
      peer.send({ ...offerOf(), kind: 'redeemed', job: 'cd'.repeat(16) });
    });
    expect(view.job).toBe(offer.job);
    await victim.call('jobs.cancel', { job: offer.job, keep: 'parts' });
    expect((await victim.call('jobs.list', {})).some(({ job }) => job === 'cd'.repeat(16))).toBe(false);
  });

  it('cannot answer with the job of another device', async () => {
    const waiting = await victim.send(join(victim.sandbox, 'beside'));
    const { kind: _, ...offer } = offerOf({ job: waiting.job.job });
    await expect(receive((peer) => peer.send({ kind: 'redeemed', ...offer }))).rejects.toMatchObject({
      code: 'peer-misbehaved',
    });
    expect(await victim.call('jobs.get', { job: waiting.job.job })).toMatchObject({
      role: 'source',
      state: 'waiting',
    });
    await victim.call('jobs.cancel', { job: waiting.job.job, keep: 'parts' });
  });

  it('never see the proof when they are not who gave out the code', async () => {
    let heard = 0;
    const impostor = await FakeDevice.start();
    impostor.handlers.onControl = async (peer) => {
      for (;;) {
        await peer.next();
        heard += 1;
      }
    };
    await expect(victim.receive(impostor.address, sender.code())).rejects.toMatchObject({
      code: 'wrong-code',
    });
    expect(heard).toBe(0);
    await impostor.stop();
  });

  it('may be honest too: the same peer, saying nothing wrong, is received from', async () => {
    const { kind: _, ...offer } = offerOf();
    sender.handlers.onData = (at) => serveByScript(at, { pages: gift(1, 2, 3) });
    const into = join(victim.sandbox, 'home', 'received');
    await receive(async (peer) => {
      peer.send({ kind: 'redeemed', ...offer });
      await peer.stayPolite();
    }, into);
    expect((await victim.ended(offer.job)).state).toBe('done');
  });
});
