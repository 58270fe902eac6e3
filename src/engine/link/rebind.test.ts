import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { never, pairDevices, startTestDevice, type TestDevice, until } from './testing/devices.ts';

const JOB = 'ab'.repeat(16) as JobId;
const started: TestDevice[] = [];
afterEach(async () => void (await Promise.all(started.splice(0).map((device) => device.stop()))));

async function start(): Promise<TestDevice> {
  const device = await startTestDevice();
  started.push(device);
  return device;
}

/** A port nobody listens on, most probably for as long as a test takes. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

test('another port answers, the first one does not, and links stay', async () => {
  const [a, b, c] = [await start(), await start(), await start()];
  pairDevices(a, b);
  // One link that we dialled, one that came in: the peer learns the port over both.
  const out = await a.links.open(b.identity.id, [b.address], never());
  const port = await freePort();
  expect(await a.links.rebind(port, '127.0.0.1')).toBe(port);
  expect(await answers(port)).toBe(true);
  expect(await answers(a.port)).toBe(false);
  expect(out.isClosed).toBe(false);
  await until(() => b.links.get(a.identity.id)?.peerHello.port === port);
  out.send({ kind: 'job-query', job: JOB });
  await until(() => b.received.some(({ message }) => message.kind === 'job-query'));
  expect(out.isClosed).toBe(false);
  const found = await c.links.probe(`127.0.0.1:${port}`, never());
  expect(found).toBe(a.identity.id);
});

test('a port in use leaves everything as it was', async () => {
  const [a, b] = [await start(), await start()];
  pairDevices(a, b);
  const link = await b.links.open(a.identity.id, [a.address], never());
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await expect(a.links.rebind(port, '127.0.0.1')).rejects.toMatchObject({ code: 'port-taken' });
  holder.close();
  expect(await answers(a.port)).toBe(true);
  expect(link.isClosed).toBe(false);
  expect(await a.links.rebind(a.port, '127.0.0.1')).toBe(a.port);
  await a.stop();
  expect(await answers(a.port)).toBe(false);
});

test('a device that moved twice ends cleanly', async () => {
  const [a, b] = [await start(), await start()];
  pairDevices(a, b);
  await b.links.open(a.identity.id, [a.address], never());
  const first = await a.links.rebind(await freePort(), '127.0.0.1');
  await a.links.rebind(await freePort(), '127.0.0.1');
  await a.stop();
  expect(await answers(first)).toBe(false);
  await until(() => b.links.get(a.identity.id) === null);
});
