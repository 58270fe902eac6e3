import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { PeerView } from '../../shared/device.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';
import { startTestDevice, type TestDevice } from '../link/testing/devices.ts';
import { checkPeer } from './check-peer.ts';
import type { CheckContext } from './doctor-parts.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function device(name: string): Promise<TestDevice> {
  const started = await startTestDevice({ name });
  closing.push(() => started.stop());
  return started;
}

/** Where something listens on loopback. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const address = server.address();
  return `127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
}

function view(id: DeviceId | null, change: Partial<PeerView>): PeerView {
  return {
    id,
    shortId: id === null ? 'a'.repeat(20) : shortIdOf(id),
    name: 'desk',
    kind: 'desktop',
    addresses: [],
    paired: false,
    trust: 'none',
    online: false,
    lastSeenMs: null,
    announcedName: 'desk',
    path: null,
    keyChanged: false,
    rule: null,
    pairedMs: null,
    ...change,
  };
}

async function look(own: TestDevice, target: string | null, peers: readonly PeerView[] = []) {
  const context: CheckContext = {
    parts: {
      ownId: own.identity.id,
      device: () => ({ addresses: [own.address], port: own.port }),
      listPeers: () => peers,
      links: own.links,
      peers: { list: () => [] },
      book: { list: async () => [] },
    },
    network: { interfaces: [], facts: new Map() },
    target,
    signal: new AbortController().signal,
  };
  return await checkPeer(context);
}

test('a device by address, by name, and over a link that is there', async () => {
  const [own, other] = [await device('own'), await device('other')];
  expect(await look(own, other.address)).toMatchObject({
    finding: 'reached',
    subjects: ['other', other.address],
  });
  const known = view(other.identity.id, { name: 'Desk', addresses: [other.address] });
  expect(await look(own, 'desk', [known])).toMatchObject({
    finding: 'linked',
    subjects: ['Desk', other.address],
  });
  own.links.disconnect(other.identity.id);
  expect(await look(own, 'DESK', [known])).toMatchObject({
    finding: 'reached',
    subjects: ['Desk', other.address],
  });
});

test('who nobody knows, and who is meant by several', async () => {
  const own = await device('own');
  const [one, two] = [view(null, { shortId: 'abcd1' }), view(null, { shortId: 'abcd2' })];
  expect(await look(own, null)).toEqual({ finding: 'no-target' });
  expect(await look(own, 'no such device')).toMatchObject({ finding: 'unknown', failure: { code: 'usage' } });
  expect(await look(own, 'host:0')).toMatchObject({ finding: 'unknown' });
  expect(await look(own, 'no-such-name.invalid:1')).toMatchObject({ finding: 'name-not-resolved' });
  expect(await look(own, 'desk', [one, two])).toMatchObject({ finding: 'ambiguous' });
  expect(await look(own, 'abcd', [one, two])).toMatchObject({ finding: 'ambiguous' });
  expect(await look(own, 'abcd2', [one, two])).toMatchObject({ finding: 'no-address' });
  expect(await look(own, own.address)).toMatchObject({ finding: 'this-device' });
});

test('a paired device that is away, and one where nobody listens any more', async () => {
  const [own, other] = [await device('own'), await device('other')];
  await other.stop();
  const gone = view(other.identity.id, { paired: true, addresses: [other.address] });
  expect(await look(own, 'desk', [gone])).toMatchObject({
    finding: 'refused',
    failure: { code: 'unreachable', reason: 'ECONNREFUSED' },
  });
  expect(await look(own, 'desk', [{ ...gone, addresses: [], announcedName: null }])).toMatchObject({
    finding: 'away',
    subjects: ['desk'],
  });
});

test('another device in its place, another program, one that is silent, one that hangs up', async () => {
  const [own, other] = [await device('own'), await device('other')];
  const claims = view(own.identity.id, { shortId: 'b'.repeat(20), id: null, addresses: [other.address] });
  expect(await look(own, 'desk', [claims])).toMatchObject({
    finding: 'wrong-device',
    failure: { code: 'wrong-device', subject: shortIdOf(other.identity.id) },
  });
  const web = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await look(own, await listening(web))).toMatchObject({ finding: 'not-ferry' });
  const held = new Set<() => void>();
  const silent = createServer((socket) => held.add(() => socket.destroy()));
  closing.push(() => held.forEach((end) => end()));
  expect(await look(own, await listening(silent))).toMatchObject({ finding: 'handshake-silent' });
  const rude = createServer((socket) => socket.destroy());
  expect(await look(own, await listening(rude))).toMatchObject({ finding: 'handshake-silent' });
});
