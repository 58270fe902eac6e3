import * as net from 'node:net';
import * as tls from 'node:tls';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { checkPeer } from '../identity/check-peer.ts';
import type { Identity } from '../identity/identity.ts';
import { clientTlsSettings, serverTlsSettings } from '../identity/tls-settings.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';

/** Who reads from a data socket. */
export interface DataReader {
  /** Where the next bytes go; never empty. */
  room(): Buffer;
  /** That many bytes of `room` were filled. */
  filled(count: number): void;
  /** The connection is gone; told once. */
  closed(failure: Failure): void;
}

/** An authenticated data connection at the puller's end. The owner destroys it. */
export interface DataSocket {
  attach(reader: DataReader): void;
  write(bytes: Buffer): void;
  destroy(): void;
}

export interface DataAddress {
  readonly host: string;
  readonly port: number;
}

/** Filled before anybody reads in place: only what arrives between handshake and `attach`. */
const SPILL_BYTES = 16 * 1024;

/** Quiet connections are asked after this whether anybody is there: a machine that lost power says nothing. */
const KEEP_ALIVE_MS = 15_000;

/** Copies a chunk into a reader's rooms. */
function pour(chunk: Buffer, reader: DataReader): void {
  for (let at = 0; at < chunk.length; ) {
    const room = reader.room();
    const count = Math.min(room.length, chunk.length - at);
    chunk.copy(room, 0, at, at + count);
    reader.filled(count);
    at += count;
  }
}

/**
 * Dials a data connection and proves who answered. It reads straight into the reader's memory
 * (`onread`), which only a dialled TLS socket can do and which halves the cost of receiving.
 * @throws Failure `unreachable`, `wrong-device`, `not-ferry`, `peer-misbehaved`, `timeout`, `cancelled`.
 */
export function dialData(
  address: DataAddress,
  serverName: string,
  identity: Identity,
  peerId: DeviceId,
  signal: AbortSignal,
): Promise<DataSocket> {
  return new Promise((resolve, reject) => {
    const spill = Buffer.allocUnsafe(SPILL_BYTES);
    let reader: DataReader | null = null;
    let room: Buffer = spill;
    const onread: net.OnReadOpts = {
      buffer: () => {
        room = reader === null ? spill : reader.room();
        return room;
      },
      callback: (count) => {
        // The spill is only used for the first read after `attach`, chosen before there was a reader.
        if (reader === null) socket.destroy(new Failure('peer-misbehaved', { reason: 'spoke first' }));
        else if (room === spill) pour(spill.subarray(0, count), reader);
        else reader.filled(count);
        return true;
      },
    };
    // Node documents `onread` for sockets; the typings of tls leave it out.
    const options: tls.ConnectionOptions & { onread: net.OnReadOpts } = {
      ...clientTlsSettings(identity, serverName),
      host: address.host,
      port: address.port,
      onread,
    };
    const socket = tls.connect(options);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    authenticate(socket, peerId, signal).then(
      () => resolve(wrap(socket, (attached) => (reader = attached))),
      reject,
    );
  });
}

function wrap(socket: tls.TLSSocket, onAttach: (reader: DataReader) => void): DataSocket {
  let failure = new Failure('peer-gone');
  let reader: DataReader | null = null;
  let isClosed = false;
  socket.on('error', (error) => {
    failure = toFailure(error, undefined, 'peer-gone');
    // A record that does not decrypt is reported and the socket left open.
    socket.destroy();
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    isClosed = true;
    reader?.closed(failure);
  });
  return {
    attach(attached) {
      reader = attached;
      onAttach(attached);
      if (isClosed) attached.closed(failure);
    },
    write: (bytes) => void socket.write(bytes),
    destroy: () => socket.destroy(),
  };
}

/** An accepted connection at the puller's end: it cannot read in place, so every chunk is copied once. */
export function wrapAccepted(socket: tls.TLSSocket): DataSocket {
  return wrap(socket, (reader) => {
    socket.on('data', (chunk: Buffer) => pour(chunk, reader));
  });
}

/** Dials as a source: a plain stream, only written to. @throws Failure as `dialData`. */
export function dialServing(
  address: DataAddress,
  serverName: string,
  identity: Identity,
  peerId: DeviceId,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      ...clientTlsSettings(identity, serverName),
      host: address.host,
      port: address.port,
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    authenticate(socket, peerId, signal).then(() => resolve(socket), reject);
  });
}

/** Waits for the handshake and proves who answered; destroys the socket otherwise. */
function authenticate(socket: tls.TLSSocket, peerId: DeviceId, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Failure('timeout')), HANDSHAKE_TIMEOUT_MS);
    const onAbort = () => socket.destroy(new Failure('cancelled'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', fail).off('close', onClose);
    };
    const fail = (error: unknown) => {
      settle();
      // Late errors of a socket that is given up on have nobody to go to.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(toFailure(error, undefined, 'unreachable'));
    };
    const onClose = () => fail(new Failure('peer-gone'));
    socket.once('error', fail);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      try {
        if (checkPeer(socket) !== peerId) throw new Failure('wrong-device');
        settle();
        resolve();
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** A socket that the engine thread accepted and handed over by its descriptor. */
export interface HandedSocket {
  readonly fd: number;
  /** What was read before it was known to be a data connection. */
  readonly initialBytes: Uint8Array;
}

/**
 * Takes over a handed socket and answers its TLS handshake.
 * @throws Failure as `dialData`; the descriptor is closed then.
 */
export function acceptData(
  handed: HandedSocket,
  identity: Identity,
  signal: AbortSignal,
): Promise<{ socket: tls.TLSSocket; peerId: DeviceId }> {
  const raw = new net.Socket({ fd: handed.fd, readable: true, writable: true });
  raw.setNoDelay(true);
  raw.setKeepAlive(true, KEEP_ALIVE_MS);
  raw.unshift(Buffer.from(handed.initialBytes));
  return secure(raw, identity, signal);
}

/** Answers the TLS handshake of a raw socket in this thread. */
export function secure(
  raw: net.Socket,
  identity: Identity,
  signal: AbortSignal,
): Promise<{ socket: tls.TLSSocket; peerId: DeviceId }> {
  return new Promise((resolve, reject) => {
    const socket = new tls.TLSSocket(raw, { isServer: true, ...serverTlsSettings(identity) });
    const fail = (error?: unknown) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      // Node leaves sockets of failed handshakes open: destroy both.
      socket.destroy();
      raw.destroy();
      reject(toFailure(error ?? new Failure('peer-gone'), undefined, 'peer-gone'));
    };
    const onAbort = () => fail(new Failure('cancelled'));
    const onClose = () => fail();
    const timer = setTimeout(() => fail(new Failure('timeout')), HANDSHAKE_TIMEOUT_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    raw.on('error', fail);
    socket.on('error', fail);
    socket.once('close', onClose);
    if (signal.aborted) onAbort();
    socket.once('secure', () => {
      try {
        const peerId = checkPeer(socket);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        socket.off('close', onClose);
        resolve({ socket, peerId });
      } catch (error) {
        fail(error);
      }
    });
  });
}
