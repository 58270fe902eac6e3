import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_WEB_SOCKET_FRAME_BYTES } from '../../bridge/web-socket-port.ts';
import { toFailure } from '../../shared/failure.ts';
import { answerRequest, hasSession, isFromOwnPage, ownHostOf, type WebParts } from './request-handler.ts';
import { type WebAddress, webOrigin } from './web-address.ts';

const MAX_CONNECTIONS = 256;
const MAX_SOCKETS = 64;
const MAX_HEADER_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** How long the other end may take to answer a close frame. */
const CLOSE_TIMEOUT_MS = 1_000;
/** A page behind a tunnel that is gone is noticed within two of these. */
const PING_STEP_MS = 20_000;

/** `closeTimeout` is newer than the types of the package. */
const SOCKET_OPTIONS = {
  noServer: true,
  clientTracking: true,
  perMessageDeflate: false,
  maxPayload: MAX_WEB_SOCKET_FRAME_BYTES,
  closeTimeout: CLOSE_TIMEOUT_MS,
};

export interface WebServerParts extends WebParts {
  readonly address: WebAddress;
  /** A page with a session has opened `/bridge`. */
  readonly onBridge: (socket: WebSocket) => void;
  /** A page with a session has opened `/page-files?ticket=...`. */
  readonly onPageFiles: (socket: WebSocket, ticket: string) => void;
}

export interface WebServer {
  readonly port: number;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/** Listens on loopback for browsers. Throws Failure `port-taken`, or what the system says. */
export async function listenWeb(parts: WebServerParts): Promise<WebServer> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      answerRequest(parts, request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new WebSocketServer(SOCKET_OPTIONS);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const status = refusal(parts, request, sockets.clients.size);
    if (status !== null) return refuseUpgrade(socket, status);
    sockets.handleUpgrade(request, socket, head, (page) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      // a port over it adds its own; this one is for what is not a port, and for before it is one
      page.on('error', () => undefined);
      if (pathname === '/bridge') parts.onBridge(page);
      else parts.onPageFiles(page, searchParams.get('ticket') ?? '');
    });
  });
  const pings = watchPings(sockets);
  try {
    server.listen({ host: parts.address.host, port: parts.address.port });
    await once(server, 'listening');
  } catch (error) {
    clearInterval(pings);
    const { host, port } = parts.address;
    throw toFailure(error, new URL(webOrigin({ host, port })).host, 'io');
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(pings);
      for (const page of sockets.clients) page.close(1001);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      const cut = setTimeout(() => {
        for (const page of sockets.clients) page.terminate();
      }, CLOSE_TIMEOUT_MS / 2);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** The status that refuses an upgrade; null lets it in. Every check comes before the first byte of a WebSocket. */
function refusal(parts: WebServerParts, request: IncomingMessage, open: number): number | null {
  const host = ownHostOf(request);
  if (host === null) return 421;
  if (!isFromOwnPage(request, host)) return 403;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 403;
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== '/bridge' && path !== '/page-files') return 404;
  if (!hasSession(parts, request)) return 401;
  return open >= MAX_SOCKETS ? 503 : null;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
  socket.end(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Cuts who has not answered the last ping. */
function watchPings(sockets: WebSocketServer): NodeJS.Timeout {
  const unanswered = new WeakSet<WebSocket>();
  const watched = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const page of sockets.clients) {
      if (unanswered.has(page)) {
        page.terminate();
        continue;
      }
      if (!watched.has(page)) page.on('pong', () => unanswered.delete(page));
      watched.add(page);
      unanswered.add(page);
      page.ping();
    }
  }, PING_STEP_MS);
}
