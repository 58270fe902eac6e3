import { MessageChannel, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { WebSocket } from 'ws';
import { createMessagePortPort } from '../../bridge/message-port-port.ts';
import { createWebSocketPort } from '../../bridge/web-socket-port.ts';
import { toFailure } from '../../shared/failure.ts';
import { PageFiles } from './page-files.ts';
import { relay } from './relay.ts';
import { WebSessions } from './sessions.ts';
import { loadStaticFiles } from './static-files.ts';
import type { DownloadableJob, FromWebWorker, ToWebWorker, WebWorkerData } from './web-messages.ts';
import { listenWeb, type WebServer } from './web-server.ts';

/** The web worker: HTTP and WebSockets for pages on this machine. The engine thread sees only whole messages. */

const engine = parentPort;
if (engine === null) throw new Error('the web worker runs in a worker thread only');

const { address, pageRoot, deviceId } = workerData as WebWorkerData;
const sessions = new WebSessions();
const pageFiles = new PageFiles((message) => post({ kind: 'page-files', message }));
const downloads = new Map<number, (job: DownloadableJob | null) => void>();
let nextDownload = 1;
let server: WebServer | null = null;

function post(message: FromWebWorker, transfer: readonly MessagePort[] = []): void {
  engine?.postMessage(message, [...transfer]);
}

function findJob(job: string): Promise<DownloadableJob | null> {
  return new Promise((resolve) => {
    const id = nextDownload++;
    downloads.set(id, resolve);
    post({ kind: 'find-download', id, job });
  });
}

function onBridge(socket: WebSocket): void {
  const { port1, port2 } = new MessageChannel();
  relay(createWebSocketPort(socket), createMessagePortPort(port1));
  post({ kind: 'page', port: port2 }, [port2]);
}

function receive(message: ToWebWorker): void {
  switch (message.kind) {
    case 'make-token':
      post({ kind: 'token', id: message.id, token: sessions.createToken() });
      return;
    case 'download-job':
      downloads.get(message.id)?.(message.job);
      downloads.delete(message.id);
      return;
    case 'page-files':
      pageFiles.receive(message.message);
      return;
    case 'stop':
      void stop();
      return;
  }
}

async function stop(): Promise<void> {
  await server?.close();
  engine?.close();
}

try {
  const files = await loadStaticFiles(pageRoot);
  server = await listenWeb({
    address,
    files,
    sessions,
    deviceId,
    findJob,
    onBridge,
    onPageFiles: (socket, ticket) => pageFiles.serve(socket, ticket),
  });
  engine.on('message', receive);
  post({ kind: 'listening', port: server.port });
} catch (error) {
  post({ kind: 'failed', failure: toFailure(error).toData() });
}
