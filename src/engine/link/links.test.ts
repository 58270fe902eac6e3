import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { encode } from '@msgpack/msgpack';
import { afterEach, expect, test } from 'vitest';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';
import { createIdentity } from '../identity/identity.ts';
import { serverTlsSettings } from '../identity/tls-settings.ts';
import { encodeFrame } from '../wire/frame.ts';
import { isNewLinkKept } from './pick-link.ts';
import {
  never,
  pairDevices,
  startTestDevice,
  type TestDevice,
  type TestDeviceOptions,
  until,
} from './testing/devices.ts';

const started: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (each) => await each.stop()));
});

async function start(options?: TestDeviceOptions): Promise<TestDevice> {
  const device = await startTestDevice(options);
  started.push(device);
  return device;
}

const job = (number: number) => number.toString(16).padStart(32, '0') as JobId;

/** A TLS server of its own that records what reaches it and answers with `answer`. */
async function startImpostor(answer: Buffer | null) {
  const identity = await createIdentity();
  const sockets = new Set<TLSSocket>();
  const seen = { bytes: 0 };
  const server = createServer(serverTlsSettings(identity), (socket) => {
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length;
    });
    socket.on('error', () => undefined);
    if (answer !== null) socket.write(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.push({
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return { identity, seen, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('the right device at one of several addresses is found; a second open gives the same link', async () => {
  const [a, b, c] = [await start(), await start(), await start()];
  pairDevices(a, b);
  const addresses = ['127.0.0.1:1', c.address, b.address];
  const link = await a.links.open(b.identity.id, addresses, never());
  expect(link.peerId).toBe(b.identity.id);
  expect(link.remotePort).toBe(b.port);
  expect(await a.links.open(b.identity.id, [], never())).toBe(link);
  expect(c.links.list()).toEqual([]);
});

test('nobody is dialled before there is a port to be dialled back at', async () => {
  const b = await start();
  const opening: Promise<unknown>[] = [];
  const a = await start({
    beforeStart: async (links) => {
      opening.push(links.open(b.identity.id, [b.address], never()));
      // Long enough for a handshake on this machine, many times over.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(b.links.list()).toEqual([]);
    },
  });
  await Promise.all(opening);
  await until(() => b.links.get(a.identity.id) !== null);
  expect(b.links.get(a.identity.id)?.peerHello.port).toBe(a.port);
});

test('an open that waits for that ends with its signal', async () => {
  const b = await start();
  await start({
    beforeStart: async (links) => {
      const opening = links.open(b.identity.id, [b.address], AbortSignal.timeout(20));
      await expect(opening).rejects.toMatchObject({ code: 'timeout' });
    },
  });
});

test('a wrong device gets not one application byte', async () => {
  const a = await start();
  const expected = (await createIdentity()).id;
  const impostor = await startImpostor(null);
  const { address, seen, identity } = impostor;
  await expect(a.links.open(expected, [address], never())).rejects.toMatchObject({ code: 'wrong-device' });
  const wanted = { expectShortId: shortIdOf(expected) };
  await expect(a.links.openByAddress(address, never(), wanted)).rejects.toMatchObject({
    code: 'wrong-device',
  });
  expect(await a.links.probe(address, never())).toBe(identity.id);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(seen.bytes).toBe(0);
  // The count works: without a pin it gets our hello.
  await expect(a.links.openByAddress(address, AbortSignal.timeout(200))).rejects.toMatchObject({
    code: 'timeout',
  });
  expect(seen.bytes).toBeGreaterThan(0);
});

test('nobody there, somebody else there, nobody answering, giving up', async () => {
  const a = await start();
  const id = (await createIdentity()).id;
  await expect(a.links.open(id, ['127.0.0.1:1'], never())).rejects.toMatchObject({
    code: 'unreachable',
    reason: 'ECONNREFUSED',
  });
  await expect(a.links.open(id, [], never())).rejects.toMatchObject({ code: 'unreachable' });
  await expect(a.links.open(id, ['otter.invalid'], never())).rejects.toMatchObject({ code: 'unreachable' });
  await expect(a.links.openByAddress(a.address, never())).rejects.toMatchObject({ code: 'usage' });
  const web = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  const mute = createTcpServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await Promise.all([once(web, 'listening'), once(mute, 'listening')]);
  const port = (server: typeof web) => (server.address() as AddressInfo).port;
  await expect(a.links.openByAddress(`127.0.0.1:${port(web)}`, never())).rejects.toMatchObject({
    code: 'not-ferry',
  });
  const soon = AbortSignal.timeout(100);
  await expect(a.links.openByAddress(`127.0.0.1:${port(mute)}`, soon)).rejects.toMatchObject({
    code: 'timeout',
  });
  const abort = new AbortController();
  const waiting = a.links.openByAddress(`127.0.0.1:${port(mute)}`, abort.signal);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  web.close();
  mute.close();
});

test('older, newer and foreign hellos are told apart by the one who dials', async () => {
  const a = await start();
  const hello = {
    kind: 'hello',
    magic: 'ferry',
    lowest: 1,
    highest: 1,
    features: [],
    name: 'x',
    device: 'server',
    port: 0,
    epoch: 'e',
  };
  const answers: readonly (readonly [unknown, string])[] = [
    [{ ...hello, lowest: 2, highest: 4 }, 'newer-peer'],
    [{ ...hello, lowest: 0, highest: 0 }, 'older-peer'],
    [{ ...hello, magic: 'x' }, 'not-ferry'],
    [{ ...hello, name: 7 }, 'peer-misbehaved'],
  ];
  for (const [answer, code] of answers) {
    const impostor = await startImpostor(encodeFrame(encode(answer)));
    await expect(a.links.openByAddress(impostor.address, never())).rejects.toMatchObject({ code });
  }
  expect(a.links.list()).toEqual([]);
});

test('both dial at once, many times: one link stays, no message is lost or doubled, order is kept', async () => {
  for (let round = 0; round < 15; round += 1) {
    const [a, b] = [await startTestDevice(), await startTestDevice()];
    pairDevices(a, b);
    const sendAll = (device: TestDevice) =>
      device.links.onLink((link) => {
        for (let number = 0; number < 20; number += 1) link.send({ kind: 'job-query', job: job(number) });
      });
    // Only the first link of each side sends, as a caller that got it would.
    const offA = sendAll(a);
    const offB = sendAll(b);
    a.links.onLink(offA);
    b.links.onLink(offB);
    const [ab, ba] = await Promise.all([
      a.links.open(b.identity.id, [b.address], never()),
      b.links.open(a.identity.id, [a.address], never()),
    ]);
    ab.send({ kind: 'job-cancel', job: job(99), reason: 'cancelled' });
    ba.send({ kind: 'job-cancel', job: job(99), reason: 'cancelled' });
    await until(() => a.received.length >= 21 && b.received.length >= 21);
    for (const device of [a, b]) {
      const jobs = device.received.map(({ message }) => 'job' in message && message.job);
      expect(jobs).toEqual([...Array.from({ length: 20 }, (_, number) => job(number)), job(99)]);
    }
    await until(() => a.links.list().length === 1 && b.links.list().length === 1);
    const [one, other] = [a.links.get(b.identity.id), b.links.get(a.identity.id)];
    expect(one?.isDialled).not.toBe(other?.isDialled);
    expect(one?.isClosed || other?.isClosed || ab.isClosed || ba.isClosed).toBe(false);
    await Promise.all([a.stop(), b.stop()]);
    expect(ab.isClosed && ba.isClosed).toBe(true);
  }
});

test('which of two links stays is the same on both sides', () => {
  const [small, large] = ['11'.repeat(32) as DeviceId, '22'.repeat(32) as DeviceId];
  const at = (isDialled: boolean, openedMs: number) => ({ isDialled, openedMs });
  // Both dialled at once: the smaller one's stays, whichever came up first, on both sides.
  expect(isNewLinkKept(small, large, at(true, 0), at(false, 10))).toBe(false);
  expect(isNewLinkKept(small, large, at(false, 0), at(true, 10))).toBe(true);
  expect(isNewLinkKept(large, small, at(false, 0), at(true, 10))).toBe(false);
  expect(isNewLinkKept(large, small, at(true, 0), at(false, 10))).toBe(true);
  // The dialler had lost the old one.
  expect(isNewLinkKept(small, large, at(true, 0), at(false, 60_000))).toBe(true);
  expect(isNewLinkKept(small, large, at(false, 0), at(false, 10))).toBe(true);
});

test('a restarted peer replaces its old link at once', async () => {
  const [a, b] = [await start(), await start()];
  pairDevices(a, b);
  const old = await b.links.open(a.identity.id, [a.address], never());
  const again = await start({ identity: b.identity });
  pairDevices(a, again);
  await until(() => a.links.get(b.identity.id) !== null);
  const stale = a.links.get(b.identity.id);
  await again.links.open(a.identity.id, [a.address], never());
  await until(() => a.links.get(b.identity.id) !== stale);
  expect(await stale?.closed).toMatchObject({ code: 'peer-gone', reason: 'restarted' });
  expect(await old.closed).toMatchObject({ code: 'peer-gone' });
});

test('disconnect cuts both ends within a moment, and stop ends all', async () => {
  const [a, b] = [await start(), await start()];
  pairDevices(a, b);
  const link = await a.links.open(b.identity.id, [b.address], never());
  await until(() => b.links.list().length === 1);
  const [far] = b.links.list();
  a.paired.delete(b.identity.id);
  a.links.disconnect(b.identity.id);
  expect(await link.closed).toMatchObject({ code: 'not-paired' });
  expect(await far?.closed).toMatchObject({ code: 'peer-gone' });
  expect(a.links.get(b.identity.id)).toBeNull();
  const startMs = performance.now();
  await Promise.all([a.stop(), b.stop()]);
  await a.stop();
  expect(performance.now() - startMs).toBeLessThan(8_000);
  await expect(b.links.openByAddress(a.address, never())).rejects.toMatchObject({ code: 'interrupted' });
});

test('a device unpaired on the other side learns it when it asks for more', async () => {
  const [a, b] = [await start(), await start()];
  a.paired.set(b.identity.id, { id: b.identity.id, name: 'B', trust: 'mine' });
  const link = await a.links.open(b.identity.id, [b.address], never());
  link.send({ kind: 'job-query', job: job(1) });
  await until(() => a.received.length === 1);
  expect(a.received[0]?.message).toEqual({ kind: 'refused', code: 'not-paired' });
  expect(b.received).toEqual([]);
  expect(await link.closed).toMatchObject({ code: 'not-paired' });
});
