import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { servePort } from './host.ts';
import { connectLocalSocket } from './local-socket-client.ts';
import { type LocalSocketServer, listenLocalSocket } from './local-socket-server.ts';
import type { Port } from './port.ts';
import { FakeEngine } from './testing/fake-engine.ts';

const forever = new AbortController().signal;
let folder = '';
let servers: LocalSocketServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-socket-'));
});

afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
  await rm(folder, { recursive: true });
});

async function listen(
  path: string,
  onPort: (port: Port) => void = () => undefined,
): Promise<LocalSocketServer> {
  const server = await listenLocalSocket(path, onPort, forever);
  servers.push(server);
  return server;
}

test('folder and socket are for their owner only, and the socket goes with the server', async () => {
  const path = join(folder, 'control', 's');
  const server = await listen(path);
  expect((await stat(join(folder, 'control'))).mode & 0o777).toBe(0o700);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await server.close();
  expect(await readdir(join(folder, 'control'))).toEqual([]);
});

test('a folder that was open to others is closed', async () => {
  await mkdir(join(folder, 'control'));
  await chmod(join(folder, 'control'), 0o777);
  await listen(join(folder, 'control', 's'));
  expect((await stat(join(folder, 'control'))).mode & 0o777).toBe(0o700);
});

test('nobody there is null, not an error', async () => {
  expect(await connectLocalSocket(join(folder, 'none', 's'), forever)).toBeNull();
  expect(await connectLocalSocket(join(folder, 's'), forever)).toBeNull();
});

test('a socket left by a killed process is replaced', async () => {
  const path = join(folder, 's');
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)},()=>console.log(1))`,
  ]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await connectLocalSocket(path, forever)).toBeNull();
  await listen(path);
  const port = await connectLocalSocket(path, forever);
  expect(port).not.toBeNull();
  port?.close();
});

test('a living socket is not replaced', async () => {
  const path = join(folder, 's');
  await listen(path);
  await expect(listen(path)).rejects.toMatchObject({ code: 'home-in-use' });
  const port = await connectLocalSocket(path, forever);
  expect(port).not.toBeNull();
  port?.close();
});

test('a file in the place of the socket is not removed', async () => {
  const path = join(folder, 's');
  await writeFile(path, 'mine');
  await expect(listen(path)).rejects.toMatchObject({ code: 'state-unusable' });
  expect(await readdir(folder)).toEqual(['s']);
});

test('a link in the place of the folder is refused by both ends', async () => {
  await mkdir(join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), join(folder, 'link'));
  const path = join(folder, 'link', 's');
  await expect(listen(path)).rejects.toMatchObject({ code: 'state-unusable' });
  await expect(connectLocalSocket(path, forever)).rejects.toMatchObject({ code: 'state-unusable' });
});

test('a path that no socket can have is a clear failure', async () => {
  const path = join(folder, 'x'.repeat(120));
  await expect(listen(path)).rejects.toMatchObject({
    code: 'state-unusable',
    reason: 'socket path too long',
  });
});

test.each([
  ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['oversized', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ['not JSON', Buffer.from([0, 0, 0, 2, 0xff, 0xff])],
])('%s on the socket closes it, and the server goes on', async (_name, bytes) => {
  const path = join(folder, 's');
  const engine = new FakeEngine();
  const server = await listen(path, (port) => servePort(engine, port, 'cli'));
  const socket = createConnection({ path });
  socket.on('error', () => undefined);
  socket.write(bytes);
  socket.resume();
  await once(socket, 'close');
  await vi.waitFor(() => expect(server.clientCount).toBe(0));
  const port = await connectLocalSocket(path, forever);
  expect(port).not.toBeNull();
  port?.close();
});
