import * as net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { parentPort } from 'node:worker_threads';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { SpaceLedger } from '../disk/space-ledger.ts';
import type { Identity } from '../identity/identity.ts';
import { browseFolder } from '../source/browse-folder.ts';
import { pullRouteOf, pullServerName } from './data-server-name.ts';
import { acceptData, dialServing, secure, wrapAccepted } from './data-socket.ts';
import { takeFirst } from './handed-descriptors.ts';
import { IndexDoor } from './index-door.ts';
import { inspectItems } from './inspect-items.ts';
import { settleReceipts } from './settle-receipts.ts';
import { SharedPace } from './shared-pace.ts';
import type { FromDataWorker, ToDataWorker } from './worker-messages.ts';
import { WorkerPuller } from './worker-puller.ts';
import { WorkerServer } from './worker-server.ts';
import { WorkerVerifier } from './worker-verifier.ts';

/** Entry of a data worker: sockets, files, hashing and cipher live here, never on the engine thread. */

if (parentPort === null) throw new Failure('internal', { reason: 'not a worker' });
const port = parentPort;
const post = (message: FromDataWorker) => port.postMessage(message);

function note(event: string, error: unknown): void {
  post({ kind: 'log', event, detail: { failure: toFailure(error).toData() } });
}

type Start = ToDataWorker & { readonly kind: 'start' };

/** One data worker: what it serves, what it pulls, and how connections get to either. */
class DataWorker {
  readonly #identity: Identity;
  readonly #stop = new AbortController();
  readonly #index = new IndexDoor(post);
  readonly #puller: WorkerPuller;
  readonly #server: WorkerServer;
  readonly #verifier = new WorkerVerifier(post);
  /** Jobs whose pullers we dialled: however often one asks, it is dialled anew only when all have ended. */
  readonly #dialled = new Set<JobId>();
  #listener: net.Server | null = null;

  constructor({ identity, lists, ledger, pace: paceMemory }: Start) {
    this.#identity = identity;
    const pace = new SharedPace(paceMemory);
    this.#puller = new WorkerPuller(identity, post, {
      ...{ lists, ledger: new SpaceLedger(ledger), pace, door: this.#index },
    });
    this.#server = new WorkerServer(post, this.#puller.livePrefixes, { lists, pace, door: this.#index });
  }

  handle(message: ToDataWorker): void {
    switch (message.kind) {
      case 'start':
        return;
      case 'pull':
        return this.#puller.start(message.order);
      case 'stop-pull':
        return this.#puller.stop(message.job, message.reason, message.keep);
      case 'pause-pull':
        return this.#puller.pause(message.job, message.isPaused);
      case 'hold-pull':
        return this.#puller.hold(message.job, message.isHeld);
      case 'answer-pull':
        return this.#puller.answer(message.job, message.answer);
      case 'preview':
        return this.#puller.previews.start(message.order);
      case 'stop-preview':
        return this.#puller.previews.stop(message.job);
      case 'measure':
        return this.#puller.measures.start(message.order);
      case 'stop-measure':
        return this.#puller.measures.stop(message.job);
      case 'verify':
        return this.#verifier.start(message.order);
      case 'stop-verify':
        return this.#verifier.stop(message.job);
      case 'readdress':
        return this.#puller.readdress(message.job, message.addresses);
      case 'serve':
        return this.#server.grant(message.grant);
      case 'end-serve':
        return this.#server.end(message.job);
      case 'page':
        return this.#server.attachPage(message.job, message.port);
      case 'socket':
        return void this.#takeSocket(message);
      case 'dial-puller':
        return void this.#dialPuller(message);
      case 'index-answer':
        return this.#index.answer(message.call, message.files);
      case 'inspect':
        return inspect(message);
      case 'browse':
        return browse(message);
      case 'settle':
        return settle(message);
      case 'listen':
        return this.#listen(message.host);
      case 'stop':
        this.#stop.abort();
        this.#server.close();
        this.#verifier.close();
        this.#listener?.close();
        // What became of the pulls is still to be told.
        void this.#puller.close().then(() => port.close());
    }
  }

  async #takeSocket(message: ToDataWorker & { kind: 'socket' }): Promise<void> {
    const { socket, serverName, call, taken } = message;
    if (!takeFirst(taken)) return;
    let isSettled = false;
    // Anybody has a key: a connection counts as a stranger's until it has shown what it is for.
    const settled = () => {
      if (!isSettled) post({ kind: 'socket-settled', call });
      isSettled = true;
    };
    try {
      const accepted = await acceptData(socket, this.#identity, this.#stop.signal);
      await this.#route(accepted.socket, accepted.peerId, serverName, settled);
    } catch (error) {
      note('data-handshake-failed', error);
    } finally {
      settled();
    }
  }

  /** A puller wants to be served, or a source brings what we could not fetch ourselves. */
  async #route(
    socket: TLSSocket,
    peerId: DeviceId,
    serverName: string,
    onAdmitted: () => void = () => undefined,
  ): Promise<void> {
    const pullRoute = pullRouteOf(serverName);
    if (pullRoute === null) {
      await this.#server.serve(socket, peerId, this.#stop.signal, onAdmitted);
      return;
    }
    try {
      this.#puller.adopt(pullRoute, peerId, wrapAccepted(socket));
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  async #dialPuller(message: ToDataWorker & { kind: 'dial-puller' }): Promise<void> {
    const pullerId = this.#server.pullerOf(message.job);
    if (pullerId === null || this.#dialled.has(message.job)) return;
    this.#dialled.add(message.job);
    const serving: Promise<void>[] = [];
    await this.#dialAddresses(message, pullerId, serving);
    await Promise.all(serving);
    this.#dialled.delete(message.job);
  }

  async #dialAddresses(
    message: ToDataWorker & { kind: 'dial-puller' },
    pullerId: DeviceId,
    serving: Promise<void>[],
  ): Promise<void> {
    const name = pullServerName(message.job);
    for (const address of message.addresses) {
      try {
        for (let stream = 0; stream < message.streams; stream++) {
          const socket = await dialServing(address, name, this.#identity, pullerId, this.#stop.signal);
          serving.push(this.#server.serve(socket, pullerId, this.#stop.signal));
        }
        return;
      } catch (error) {
        note('dial-puller-failed', error);
      }
    }
  }

  #listen(host: string | null): void {
    const listener = net.createServer((raw) => {
      secure(raw, this.#identity, this.#stop.signal)
        .then(({ socket, peerId }) => this.#route(socket, peerId, String(socket.servername)))
        .catch((error: unknown) => note('data-handshake-failed', error));
    });
    this.#listener = listener;
    listener.on('error', (error) => note('data-listen-failed', error));
    listener.listen(0, host ?? undefined, () => {
      const address = listener.address();
      if (typeof address === 'object' && address !== null) post({ kind: 'listening', port: address.port });
    });
  }
}

function inspect(message: ToDataWorker & { kind: 'inspect' }): void {
  try {
    post({ kind: 'inspected', call: message.call, items: inspectItems(message.items), failure: null });
  } catch (error) {
    const failure = toFailure(error, undefined, 'unreadable').toData();
    post({ kind: 'inspected', call: message.call, items: null, failure });
  }
}

function browse({ call, order }: ToDataWorker & { kind: 'browse' }): void {
  try {
    post({ kind: 'browsed', call, answer: browseFolder(order), failure: null });
  } catch (error) {
    post({ kind: 'browsed', call, answer: null, failure: toFailure(error, undefined, 'io').toData() });
  }
}

function settle({ call, receipts }: ToDataWorker & { kind: 'settle' }): void {
  try {
    post({ kind: 'settled', call, settled: settleReceipts(receipts), failure: null });
  } catch (error) {
    post({ kind: 'settled', call, settled: null, failure: toFailure(error).toData() });
  }
}

let worker: DataWorker | null = null;
port.on('message', (message: ToDataWorker) => {
  if (message.kind === 'start') worker = new DataWorker(message);
  else worker?.handle(message);
});
