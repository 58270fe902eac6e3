import { execFile } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect as connectTcp, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdentity, type Identity } from '../identity/identity.ts';
import {
  CONTROL_SERVER_NAME,
  clientTlsSettings,
  DATA_SERVER_NAME,
  serverTlsSettings,
} from '../identity/tls-settings.ts';
import { encodeHello } from '../wire/hello.ts';
import { MAX_PRE_AUTH_SOCKETS_PER_ADDRESS } from '../wire/limits.ts';
import { canHandOff } from './duplicate-descriptor.ts';
import { never, pairDevices, startTestDevice, type TestDevice, until } from './testing/devices.ts';

let device: TestDevice;
let stranger: Identity;

beforeEach(async () => {
  device = await startTestDevice();
  stranger = await createIdentity();
});
afterEach(() => device.stop());

/** What became of a connection: how many application bytes came, once the device has closed it. */
async function tryConnect(options: ConnectionOptions): Promise<{ bytes: number; secured: boolean }> {
  const socket = connect({ ...options, host: '127.0.0.1', port: device.port });
  let bytes = 0;
  let secured = false;
  socket.on('secureConnect', () => {
    secured = true;
    socket.write(encodeHello({ features: [], name: 'x', device: 'desktop', port: 0, epoch: 'e' }));
  });
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await closing(socket);
  return { bytes, secured };
}

function closing(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function openDescriptors(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

const run = promisify(execFile);

/** A key and certificate of a kind that our own code never makes. */
async function opensslIdentity(...newKey: string[]): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-openssl-'));
  try {
    const [keyPath, certPath] = [join(folder, 'key'), join(folder, 'cert')];
    const request = ['req', '-x509', '-nodes', '-subj', '/CN=x', '-keyout', keyPath, '-out', certPath];
    await run('openssl', [...request, '-newkey', ...newKey]);
    return { key: await readFile(keyPath, 'utf8'), cert: await readFile(certPath, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('refused without one application byte: TLS 1.2, no certificate, no or wrong ALPN, RSA, Ed25519, P-384', async () => {
  const good = clientTlsSettings(stranger, CONTROL_SERVER_NAME);
  const { key: _key, cert: _cert, ...anonymous } = good;
  const { ALPNProtocols: _protocols, ...silent } = good;
  const cases: Readonly<Record<string, ConnectionOptions>> = {
    'TLS 1.2': {
      ...good,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
    },
    'no certificate': anonymous,
    'no ALPN': silent,
    'wrong ALPN': { ...good, ALPNProtocols: ['h2', 'http/1.1'] },
    'longer ALPN': { ...good, ALPNProtocols: ['ferry/1'] },
    RSA: { ...good, ...(await opensslIdentity('rsa:2048')) },
    Ed25519: { ...good, ...(await opensslIdentity('ed25519')) },
    'P-384': { ...good, ...(await opensslIdentity('ec', '-pkeyopt', 'ec_paramgen_curve:P-384')) },
  };
  const before = await openDescriptors();
  for (const [name, options] of Object.entries(cases)) {
    expect((await tryConnect(options)).bytes, name).toBe(0);
    expect(device.links.list(), name).toEqual([]);
  }
  await expect.poll(openDescriptors).toBeLessThanOrEqual(before);
});

test('an expired certificate is accepted: the key is what counts', async () => {
  const socket = connect({
    ...clientTlsSettings(stranger, CONTROL_SERVER_NAME),
    ...createExpired(),
    host: '127.0.0.1',
    port: device.port,
  });
  socket.on('secureConnect', () => {
    socket.write(encodeHello({ features: [], name: 'Old', device: 'desktop', port: 0, epoch: 'e' }));
  });
  await until(() => device.links.list().length === 1);
  expect(device.links.list()[0]?.peerHello.name).toBe('Old');
  socket.destroy();
});

/** Our own certificate with its end moved to 2002 and another key, signed anew. */
function createExpired(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = resign(stranger.certificatePem, privateKey, publicKey);
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem };
}

function resign(pem: string, privateKey: KeyObject, publicKey: KeyObject): string {
  const der = Buffer.from(pem.replace(/-----.*-----|\n/g, ''), 'base64');
  const oldKey = createPublicKey(createPrivateKey(stranger.keyPem)).export({ type: 'spki', format: 'der' });
  const newKey = publicKey.export({ type: 'spki', format: 'der' });
  newKey.copy(der, der.indexOf(oldKey));
  der.write('20020101000000Z', der.indexOf('99991231235959Z'), 'latin1');
  const signedBytes = 4 + der.readUInt16BE(6);
  const toSign = der.subarray(4, 4 + signedBytes);
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  const signature = sign('sha256', toSign, privateKey);
  const wrapped = Buffer.concat([Buffer.from([3, signature.length + 1, 0]), signature]);
  const body = Buffer.concat([toSign, algorithm, wrapped]);
  const head = Buffer.from([0x30, 0x82, body.length >> 8, body.length & 255]);
  const text = Buffer.concat([head, body]).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

test('a session is never resumed', async () => {
  const sessions: Buffer[] = [];
  const options = {
    ...clientTlsSettings(stranger, CONTROL_SERVER_NAME),
    host: '127.0.0.1',
    port: device.port,
  };
  const first = connect(options);
  first.on('session', (session: Buffer) => sessions.push(session)).resume();
  first.on('secureConnect', () =>
    first.write(encodeHello({ features: [], name: 'x', device: 'desktop', port: 0, epoch: 'e' })),
  );
  await until(() => device.links.list().length === 1 && sessions.length > 0);
  first.destroy();
  await until(() => device.links.list().length === 0);
  for (const session of [...sessions, first.getSession()].filter((each) => each !== undefined)) {
    const again = connect({ ...options, session });
    await Promise.race([new Promise((resolve) => again.once('secureConnect', resolve)), closing(again)]);
    expect(again.isSessionReused()).toBe(false);
    again.destroy();
  }
});

test('what is not TLS is closed at once', async () => {
  for (const text of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\u0000\u0000', 'SSH-2.0-OpenSSH\r\n']) {
    const startMs = performance.now();
    const socket = connectTcp(device.port, '127.0.0.1');
    socket.write(text);
    await closing(socket);
    expect(performance.now() - startMs).toBeLessThan(8_000);
  }
});

test('silent and trickling sockets: eight at once, closed after 10 s, and every descriptor comes back', async () => {
  const before = await openDescriptors();
  const sockets = Array.from({ length: 120 }, () => connectTcp(device.port, '127.0.0.1'));
  let closed = 0;
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed += 1;
    });
  }
  // One byte of a plausible record every 300 ms from half of those that are let in.
  const record = Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), Buffer.alloc(500)]);
  let at = 0;
  const trickle = setInterval(() => {
    for (const socket of sockets.slice(0, 4)) if (socket.writable) socket.write(record.subarray(at, at + 1));
    at += 1;
  }, 300);
  await until(() => closed >= sockets.length - MAX_PRE_AUTH_SOCKETS_PER_ADDRESS);
  expect(closed).toBe(sockets.length - MAX_PRE_AUTH_SOCKETS_PER_ADDRESS);
  await until(() => closed === sockets.length);
  clearInterval(trickle);
  await expect.poll(openDescriptors).toBeLessThanOrEqual(before + 1);
});

test('handshakes that stall do not keep others out, and an address with a trusted link is not counted', async () => {
  const friend = await startTestDevice();
  pairDevices(device, friend);
  const stalled = Array.from({ length: MAX_PRE_AUTH_SOCKETS_PER_ADDRESS }, () =>
    connectTcp(device.port, '127.0.0.1'),
  );
  for (const socket of stalled) socket.on('error', () => undefined);
  await Promise.all(stalled.map((socket) => once(socket, 'connect')));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(friend.links.open(device.identity.id, [device.address], never())).rejects.toMatchObject({
    code: 'unreachable',
  });
  stalled[0]?.destroy();
  await until(() => stalled[0]?.closed === true);
  // The device has to hear of it first.
  await vi.waitFor(() => friend.links.open(device.identity.id, [device.address], never()));
  const more = await Promise.all(
    Array.from({ length: 3 }, () => friend.links.probe(device.address, never())),
  );
  expect(new Set(more)).toEqual(new Set([device.identity.id]));
  for (const socket of stalled) socket.destroy();
  await friend.stop();
});

test('a data connection is handed over with its first bytes, and TLS is finished by the new owner', async () => {
  expect(canHandOff()).toBe(true);
  const before = await openDescriptors();
  const client = connect({
    ...clientTlsSettings(stranger, DATA_SERVER_NAME),
    host: '127.0.0.1',
    port: device.port,
  });
  await until(() => device.dataSockets.length === 1);
  const [handed] = device.dataSockets;
  if (handed === undefined) throw new Error('no socket');
  expect(handed.remoteHost).toBe('127.0.0.1');
  const raw = new Socket({ fd: handed.fd });
  raw.unshift(handed.initialBytes);
  const server = new TLSSocket(raw, { isServer: true, ...serverTlsSettings(device.identity) });
  server.on('data', (chunk: Buffer) => server.write(chunk.toString().toUpperCase()));
  await once(client, 'secureConnect');
  client.write('over the worker');
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toBe('OVER THE WORKER');
  handed.release();
  server.destroy();
  await closing(client);
  await expect.poll(openDescriptors).toBeLessThanOrEqual(before);
  expect(device.links.list()).toEqual([]);
});

test('a taken port is told apart', async () => {
  await expect(startTestDevice({ port: device.port })).rejects.toMatchObject({ code: 'port-taken' });
});
