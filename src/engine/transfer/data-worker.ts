import * as fs from 'node:fs';
import * as net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { checkPeer } from '../identity/check-peer.ts';
import { pullRouteOf, pullServerName } from './data-server-name.ts';
import { acceptData, dialServing, secure, wrapAccepted } from './data-socket.ts';
import { inspectItems } from './inspect-items.ts';
import type { DataWorkerStart, FromDataWorker, ToDataWorker } from './worker-messages.ts';
import { WorkerPuller } from './worker-puller.ts';
import { WorkerServer } from './worker-server.ts';

/** Entry of a data worker: sockets, files, hashing and cipher live here, never on the engine thread. */

if (parentPort === null) throw new Failure('internal', { reason: 'not a worker' });
const port = parentPort;
const { identity } = workerData as DataWorkerStart;
const stop = new AbortController();
const post = (message: FromDataWorker) => port.postMessage(message);
const puller = new WorkerPuller(identity, post);
const server = new WorkerServer(post, puller.livePrefixes);
let listener: net.Server | null = null;

function note(event: string, error: unknown): void {
  post({ kind: 'log', event, detail: { failure: toFailure(error).toData() } });
}

async function takeSocket({ socket, serverName, call }: ToDataWorker & { kind: 'socket' }): Promise<void> {
  try {
    const accepting = acceptData(socket, identity, stop.signal);
    accepting.catch(() => undefined).finally(() => post({ kind: 'socket-settled', call }));
    const accepted = await accepting;
    await route(accepted.socket, accepted.peerId, serverName);
  } catch (error) {
    note('data-handshake-failed', error);
  }
}

/** A puller wants to be served, or a source brings what we could not fetch ourselves. */
async function route(socket: TLSSocket, peerId: DeviceId, serverName: string): Promise<void> {
  const pullRoute = pullRouteOf(serverName);
  if (pullRoute === null) {
    await server.serve(socket, peerId, stop.signal);
    return;
  }
  try {
    puller.adopt(pullRoute, peerId, wrapAccepted(socket));
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function dialPuller(message: ToDataWorker & { kind: 'dial-puller' }): Promise<void> {
  const pullerId = server.pullerOf(message.job);
  if (pullerId === null) return;
  const name = pullServerName(message.job);
  for (const address of message.addresses) {
    try {
      const first = await dialServing(address, name, identity, pullerId, stop.signal);
      void server.serve(first, pullerId, stop.signal);
      for (let more = 1; more < message.streams; more++) {
        const next = await dialServing(address, name, identity, pullerId, stop.signal);
        void server.serve(next, pullerId, stop.signal);
      }
      return;
    } catch (error) {
      note('dial-puller-failed', error);
    }
  }
}

function listen(host: string | null): void {
  listener = net.createServer((raw) => {
    secure(raw, identity, stop.signal)
      .then(({ socket }) => route(socket, checkPeer(socket), String(socket.servername)))
      .catch((error: unknown) => note('data-handshake-failed', error));
  });
  listener.on('error', (error) => note('data-listen-failed', error));
  listener.listen(0, host ?? undefined, () => {
    const address = listener?.address();
    if (typeof address === 'object' && address !== null) post({ kind: 'listening', port: address.port });
  });
}

function inspect(message: ToDataWorker & { kind: 'inspect' }): void {
  try {
    post({ kind: 'inspected', call: message.call, items: inspectItems(message.items), failure: null });
  } catch (error) {
    const failure = toFailure(error, undefined, 'unreadable').toData();
    post({ kind: 'inspected', call: message.call, items: null, failure });
  }
}

function removePart(message: ToDataWorker & { kind: 'remove-part' }): void {
  fs.rm(message.path, { recursive: true, force: true }, (error) => {
    const failure = error === null ? null : toFailure(error, message.path, 'io').toData();
    post({ kind: 'part-removed', call: message.call, failure });
  });
}

port.on('message', (message: ToDataWorker) => {
  switch (message.kind) {
    case 'pull':
      return puller.start(message.order);
    case 'stop-pull':
      return puller.stop(message.job, message.reason);
    case 'serve':
      return server.grant(message.grant);
    case 'end-serve':
      return server.end(message.job);
    case 'socket':
      return void takeSocket(message);
    case 'dial-puller':
      return void dialPuller(message);
    case 'inspect':
      return inspect(message);
    case 'remove-part':
      return removePart(message);
    case 'listen':
      return listen(message.host);
    case 'stop':
      stop.abort();
      puller.close();
      server.close();
      listener?.close();
      port.close();
  }
});
