import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { createIdentity, type Identity } from '../identity/identity.ts';
import { CONTROL_SERVER_NAME, clientTlsSettings, serverTlsSettings } from '../identity/tls-settings.ts';
import { encodeControl } from '../wire/control-codec.ts';
import { encodeHello } from '../wire/hello.ts';
import type { Link } from './link.ts';
import { never, startTestDevice, type TestDevice, until } from './testing/devices.ts';

/** Two connections to the same peer, the far ends in the hands of the test, so that it decides what comes when. */

const first = 'a1'.repeat(16) as JobId;
const second = 'a2'.repeat(16) as JobId;
const third = 'a3'.repeat(16) as JobId;
const hello = () => encodeHello({ features: [], name: 'Raw', device: 'desktop', port: 0, epoch: 'one' });
const query = (job: JobId) => encodeControl({ kind: 'job-query', job });

let device: TestDevice;
const sockets: TLSSocket[] = [];
const servers: { close(): unknown }[] = [];

beforeEach(async () => {
  device = await startTestDevice();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await device.stop();
});

async function identityThat(is: 'smaller' | 'larger'): Promise<Identity> {
  for (;;) {
    const identity = await createIdentity();
    if (identity.id < device.identity.id === (is === 'smaller')) return identity;
  }
}

function keep(socket: TLSSocket): TLSSocket {
  sockets.push(socket);
  return socket.on('error', () => undefined);
}

/** The device dials the peer: its link, and the peer's end of it. */
async function dialledByDevice(peer: Identity): Promise<{ link: Link; far: TLSSocket }> {
  const server = createServer({ ...serverTlsSettings(peer), allowHalfOpen: true }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const arriving = once(server, 'secureConnection') as Promise<[TLSSocket]>;
  const opening = device.links.open(
    peer.id,
    [`127.0.0.1:${(server.address() as AddressInfo).port}`],
    never(),
  );
  const [far] = await arriving;
  keep(far).write(hello());
  return { link: await opening, far };
}

/** The peer dials the device. */
async function dialledByPeer(peer: Identity): Promise<TLSSocket> {
  const settings = clientTlsSettings(peer, CONTROL_SERVER_NAME);
  const options = { ...settings, host: '127.0.0.1', port: device.port, allowHalfOpen: true };
  const far = keep(connect(options));
  await once(far, 'secureConnect');
  far.write(hello());
  return far;
}

function collect(socket: TLSSocket): { bytes: Buffer; hasEnded: boolean } {
  const seen = { bytes: Buffer.alloc(0), hasEnded: false };
  socket.on('data', (chunk: Buffer) => {
    seen.bytes = Buffer.concat([seen.bytes, chunk]);
  });
  socket.on('end', () => {
    seen.hasEnded = true;
  });
  return seen;
}

const jobs = () => device.received.map(({ message }) => ('job' in message ? message.job : null));
const wait = (timeoutMs: number) => new Promise((resolve) => setTimeout(resolve, timeoutMs));

test('the new link wins: what was sent on the old one comes first, and holders of the old one go on', async () => {
  const peer = await identityThat('smaller');
  device.paired.set(peer.id, { id: peer.id, name: 'Raw', trust: 'mine' });
  const { link, far } = await dialledByDevice(peer);
  const onOld = collect(far);
  const heard: string[] = [];
  const off = link.onMessage((message) => heard.push(message.kind));
  link.send({ kind: 'job-query', job: first });
  const next = await dialledByPeer(peer);
  const onNew = collect(next);
  await until(() => onOld.hasEnded);
  expect(onOld.bytes.includes(query(first))).toBe(true);
  next.write(query(third));
  await wait(50);
  expect(jobs()).toEqual([]);
  far.end(Buffer.concat([query(first), query(second)]));
  await until(() => device.received.length === 3);
  expect(jobs()).toEqual([first, second, third]);
  expect(heard).toHaveLength(3);
  expect(device.links.get(peer.id)).not.toBe(link);
  expect(link.isClosed).toBe(false);
  link.send({ kind: 'job-query', job: second });
  await until(() => onNew.bytes.includes(query(second)));
  off();
  next.write(query(third));
  await until(() => device.received.length === 4);
  expect(heard).toHaveLength(3);
  next.destroy();
  expect(await link.closed).toMatchObject({ code: 'peer-gone' });
});

test('the old link wins: what was sent on the new one comes first', async () => {
  const peer = await identityThat('larger');
  device.paired.set(peer.id, { id: peer.id, name: 'Raw', trust: 'mine' });
  const { link, far } = await dialledByDevice(peer);
  const next = await dialledByPeer(peer);
  const onNew = collect(next);
  await until(() => onNew.hasEnded);
  far.write(query(second));
  await wait(50);
  expect(jobs()).toEqual([]);
  next.end(query(first));
  await until(() => device.received.length === 2);
  expect(jobs()).toEqual([first, second]);
  expect(device.links.get(peer.id)).toBe(link);
});

test('a peer that redials for ever does not make the chain of replaced links endless', async () => {
  const peer = await identityThat('larger');
  const held: Link[] = [];
  device.links.onLink((link) => held.push(link));
  const redial = async (count: number) => {
    while (held.length < count) {
      const known = held.length;
      const far = await dialledByPeer(peer);
      far.once('end', () => far.end()).resume();
      await until(() => held.length > known);
    }
  };
  await redial(10);
  expect(held[0]?.isClosed).toBe(false);
  await redial(20);
  expect(await held[0]?.closed).toMatchObject({ code: 'peer-gone', reason: 'replaced' });
  expect(held.at(-1)?.isClosed).toBe(false);
});
