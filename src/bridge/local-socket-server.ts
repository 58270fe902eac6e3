import { once } from 'node:events';
import { chmod, lstat, unlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { Failure, toFailure } from '../shared/failure.ts';
import { connectLocalSocket } from './local-socket-client.ts';
import { checkSocketFolder, isNamedPipe } from './local-socket-folder.ts';
import { createSocketPort } from './local-socket-port.ts';
import type { Port } from './port.ts';

/** Front ends of one engine at once; more is a runaway script. */
const MAX_CLIENTS = 64;

/** How long a front end may take to read its last messages when the engine ends. */
const CLOSE_GRACE_MS = 500;

const OWNER_READ_WRITE = 0o600;

export interface LocalSocketServer {
  /** Ports that are open now. */
  readonly clientCount: number;
  /** Stops listening, closes every port, removes the socket file. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Listens at `path` for front ends of this user. The caller must hold the lock of the home that the path
 * belongs to: a socket file that nobody answers at is then a left-over, and is replaced.
 * Throws Failure: `home-in-use` when somebody answers there, `state-unusable`.
 */
export async function listenLocalSocket(
  path: string,
  onPort: (port: Port) => void,
  signal: AbortSignal,
): Promise<LocalSocketServer> {
  await checkSocketFolder(path, true);
  const ports = new Set<Port>();
  const server = createServer((socket) => {
    const port = createSocketPort(socket);
    ports.add(port);
    void port.closed.then(() => ports.delete(port));
    onPort(port);
  });
  server.maxConnections = MAX_CLIENTS;
  try {
    await listen(server, path, signal);
    if (!isNamedPipe(path)) await chmod(path, OWNER_READ_WRITE);
  } catch (error) {
    server.close();
    if (error instanceof Failure) throw error;
    throw new Failure('state-unusable', { subject: path, reason: toFailure(error).reason ?? '' }, error);
  }
  return {
    get clientCount() {
      return ports.size;
    },
    async close() {
      for (const port of ports) port.close();
      if (!server.listening) return;
      const cutOff = setTimeout(() => {
        for (const port of ports) port.close(new Failure('timeout', { reason: 'front end does not read' }));
      }, CLOSE_GRACE_MS);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      clearTimeout(cutOff);
    },
  };
}

async function listen(server: Server, path: string, signal: AbortSignal): Promise<void> {
  try {
    server.listen(path);
    await once(server, 'listening', { signal });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await removeLeftOver(path, signal);
    server.listen(path);
    await once(server, 'listening', { signal });
  }
}

async function removeLeftOver(path: string, signal: AbortSignal): Promise<void> {
  const port = await connectLocalSocket(path, signal);
  if (port !== null) {
    port.close();
    throw new Failure('home-in-use', { subject: path });
  }
  const stat = await lstat(path);
  if (!stat.isSocket()) throw new Failure('state-unusable', { subject: path, reason: 'not a socket' });
  await unlink(path);
}
