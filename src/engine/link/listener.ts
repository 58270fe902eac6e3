import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Log } from '../engine-options.ts';
import { checkPeer } from '../identity/check-peer.ts';
import type { Identity } from '../identity/identity.ts';
import { isDataServerName, serverTlsSettings } from '../identity/tls-settings.ts';
import { HANDSHAKE_TIMEOUT_MS, MAX_PRE_AUTH_BYTES } from '../wire/limits.ts';
import { formatAddress, plainHost } from './address.ts';
import { readClientHello } from './client-hello.ts';
import { duplicateDescriptor } from './duplicate-descriptor.ts';
import { HandshakeSlots } from './handshake-slots.ts';
import { type Hold, PreAuthCaps } from './pre-auth-caps.ts';

/** A connection that asked for the data plane: nothing but its ClientHello has been read. */
export interface DataSocket {
  /** Owned by the receiver: it must be closed. */
  readonly fd: number;
  /** To be put back in front of the stream. */
  readonly initialBytes: Buffer;
  /** What it asked for: routes to a data worker, proves nothing. */
  readonly serverName: string;
  readonly remoteHost: string;
  readonly remotePort: number;
  /** To be called once the worker has authenticated or closed it, so that it stops to count as unknown. */
  readonly release: () => void;
}

/** A control connection whose other end has proven its key; nothing has been sent but the handshake. */
export interface Accepted {
  readonly socket: TLSSocket;
  readonly peerId: DeviceId;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly hold: Hold;
  /** Aborts when the time for handshake and hello is over. */
  readonly deadline: AbortSignal;
  /** To be called after the hello: the deadline no longer applies, the socket is its new owner's. */
  readonly settle: () => void;
}

export interface ListenerOptions {
  readonly identity: Identity;
  /** Whether a trusted device is linked from that address: the caps do not count it then. */
  readonly isTrustedHost: (host: string) => boolean;
  readonly onControl: (accepted: Accepted) => void;
  readonly onData: (socket: DataSocket) => void;
  readonly log: Log;
}

interface Pending {
  readonly raw: Socket;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly hold: Hold;
  readonly deadline: AbortController;
  readonly timer: NodeJS.Timeout;
  leaveSlot: () => void;
  isHandedOff: boolean;
}

const ANY_IPV6 = '::';
const ANY_IPV4 = '0.0.0.0';

/** The four numbers that name a TCP connection: how a TLS socket is matched with the socket under it. */
function nameOf(socket: Socket): string {
  return [socket.remoteAddress, socket.remotePort, socket.localAddress, socket.localPort].join(' ');
}

/** Lets the port go at once; resolves when the connections it accepted have ended too. */
function closeServer(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** The one listening port: caps, routing by server name, handshakes of control connections. */
export class Listener {
  readonly #options: ListenerOptions;
  #server: Server;
  /** Never listens; sockets are given to it, as its documentation allows. */
  readonly #tls: TlsServer;
  readonly #caps: PreAuthCaps;
  readonly #slots = new HandshakeSlots();
  readonly #sockets = new Set<Socket>();
  readonly #pending = new Map<string, Pending>();
  /** Servers that have let their port go; each ends with the last connection it accepted. */
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#caps = new PreAuthCaps(options.isTrustedHost);
    this.#server = this.#createServer();
    this.#tls = createTlsServer(serverTlsSettings(options.identity));
    this.#tls.on('secureConnection', (socket) => this.#secured(socket));
    // Node leaves sockets of failed handshakes open.
    this.#tls.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  /**
   * Listens and resolves with the port. `listen` null is every interface. Throws Failure `port-taken`,
   * `no-permission` or `usage` (an address that is not ours).
   */
  async start(port: number, listen: string | null): Promise<number> {
    try {
      return await this.#listen(this.#server, port, listen ?? ANY_IPV6);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const isWithoutIpv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
      if (listen === null && isWithoutIpv6) return await this.#listen(this.#server, port, ANY_IPV4);
      throw toFailure(error, formatAddress({ host: listen ?? ANY_IPV6, port }), 'usage');
    }
  }

  /**
   * Listens on another port, then lets the first one go; what was accepted there stays. Resolves with the new
   * port. Throws as {@link Listener.start}, and everything is as it was then.
   */
  async rebind(port: number, listen: string | null): Promise<number> {
    const old = this.#server;
    this.#server = this.#createServer();
    try {
      const found = await this.start(port, listen);
      const closed = closeServer(old).finally(() => this.#closing.delete(closed));
      this.#closing.add(closed);
      return found;
    } catch (error) {
      this.#server = old;
      throw error;
    }
  }

  /** Stops listening, destroys what is not settled yet, and resolves when the settled ones are closed too. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([closeServer(this.#server), ...this.#closing]);
  }

  #createServer(): Server {
    return createServer((socket) => this.#accept(socket));
  }

  #listen(server: Server, port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host }, () => {
        server.off('error', reject);
        // Out of descriptors: that connection is lost, the listener stays.
        server.on('error', (error) =>
          this.#options.log('warn', 'accept-failed', { reason: toFailure(error).reason }),
        );
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  #accept(raw: Socket): void {
    const { remoteAddress, remotePort } = raw;
    const hold = remoteAddress === undefined ? null : this.#caps.take(plainHost(remoteAddress));
    if (remoteAddress === undefined || remotePort === undefined || hold === null) {
      raw.destroy();
      return;
    }
    this.#sockets.add(raw);
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new Failure('timeout'));
      raw.destroy();
    }, HANDSHAKE_TIMEOUT_MS);
    const remoteHost = plainHost(remoteAddress);
    const leaveSlot = () => undefined;
    const pending = { raw, remoteHost, remotePort, hold, deadline, timer, leaveSlot, isHandedOff: false };
    raw.setNoDelay(true);
    raw.on('error', () => raw.destroy());
    raw.once('close', () => this.#forget(pending));
    this.#readClientHello(pending);
  }

  #readClientHello(pending: Pending): void {
    const { raw } = pending;
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const hello = readClientHello(bytes);
      if (hello.kind === 'more' && bytes.length < MAX_PRE_AUTH_BYTES) return;
      raw.off('data', onData);
      raw.pause();
      if (hello.kind !== 'hello' || bytes.length > MAX_PRE_AUTH_BYTES) raw.destroy();
      else if (isDataServerName(hello.serverName)) this.#handOff(pending, bytes, hello.serverName);
      else this.#handshake(pending, bytes);
    };
    raw.on('data', onData);
  }

  /** The rest of the connection belongs to whoever gets the descriptor; our own handle closes without a word. */
  #handOff(pending: Pending, initialBytes: Buffer, serverName: string): void {
    const { raw, hold, remoteHost, remotePort } = pending;
    const fd = duplicateDescriptor(raw);
    if (fd === null) {
      this.#options.log('warn', 'hand-off-failed', { remoteHost });
      raw.destroy();
      return;
    }
    pending.isHandedOff = true;
    const timer = setTimeout(() => hold.release(), HANDSHAKE_TIMEOUT_MS);
    const release = () => {
      clearTimeout(timer);
      hold.release();
    };
    raw.destroy();
    this.#options.onData({ fd, initialBytes, serverName, remoteHost, remotePort, release });
  }

  #handshake(pending: Pending, initialBytes: Buffer): void {
    const { raw } = pending;
    this.#slots.enter((leave) => {
      if (raw.destroyed) {
        leave();
        return;
      }
      pending.leaveSlot = leave;
      this.#pending.set(nameOf(raw), pending);
      raw.once('close', leave);
      raw.unshift(initialBytes);
      this.#tls.emit('connection', raw);
    });
  }

  #secured(socket: TLSSocket): void {
    socket.on('error', () => socket.destroy());
    const name = nameOf(socket);
    const pending = this.#pending.get(name);
    this.#pending.delete(name);
    pending?.leaveSlot();
    if (pending === undefined) {
      socket.destroy();
      return;
    }
    const { remoteHost, remotePort, hold, deadline, timer } = pending;
    try {
      const peerId = checkPeer(socket);
      const settle = () => {
        clearTimeout(timer);
        this.#sockets.delete(pending.raw);
      };
      this.#options.onControl({
        socket,
        peerId,
        remoteHost,
        remotePort,
        hold,
        deadline: deadline.signal,
        settle,
      });
    } catch (error) {
      this.#options.log('debug', 'handshake-refused', { remoteHost, reason: toFailure(error).reason });
      socket.destroy();
    }
  }

  #forget(pending: Pending): void {
    clearTimeout(pending.timer);
    this.#sockets.delete(pending.raw);
    for (const [name, other] of this.#pending) if (other === pending) this.#pending.delete(name);
    pending.leaveSlot();
    if (!pending.isHandedOff) pending.hold.release();
  }
}
