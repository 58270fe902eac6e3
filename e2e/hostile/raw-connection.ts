import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { decode, encode } from '@msgpack/msgpack';
import type { Identity } from '../../src/engine/identity/identity.ts';
import { clientTlsSettings } from '../../src/engine/identity/tls-settings.ts';
import { encodeFrame } from '../../src/engine/wire/frame.ts';

const READ_MS = 5_000;

/** A TLS connection as a hostile program sees it: bytes in, bytes out, nothing checked. */
export class RawConnection {
  readonly socket: TLSSocket;
  /** Resolves once it is closed, whoever closed it. */
  readonly closed: Promise<void>;
  #chunks: Buffer[] = [];
  #length = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      const end = () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      };
      socket.once('close', end);
      socket.once('end', () => socket.destroy());
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Exactly so many bytes. Throws when the connection ends before, or after `withinMs`. */
  async read(lengthBytes: number, withinMs = READ_MS): Promise<Buffer> {
    const untilMs = performance.now() + withinMs;
    while (this.#length < lengthBytes) {
      if (this.#isClosed) throw new Error('the other side closed the connection');
      if (performance.now() > untilMs) throw new Error(`no ${lengthBytes} bytes within ${withinMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [bytes.subarray(lengthBytes)];
    this.#length -= lengthBytes;
    return bytes.subarray(0, lengthBytes);
  }

  write(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Connects with a device key, TLS as in the book. Throws when the handshake fails. */
export function dialRaw(
  port: number,
  identity: Identity,
  serverName: string,
  change: ConnectionOptions = {},
): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const settings = { ...clientTlsSettings(identity, serverName), host: '127.0.0.1', port, ...change };
    const socket = connect(settings);
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed in the handshake')));
    socket.once('secureConnect', () => resolve(new RawConnection(socket)));
  });
}

export type RawMessage = Readonly<Record<string, unknown>>;

/** Control frames by hand: no schema on the way out, none on the way in. */
export class ControlPeer {
  readonly connection: RawConnection;

  constructor(connection: RawConnection) {
    this.connection = connection;
  }

  send(message: RawMessage): void {
    this.connection.write(encodeFrame(encode(message)));
  }

  /** A frame of any bytes. */
  sendPayload(payload: Uint8Array): void {
    this.connection.write(encodeFrame(payload));
  }

  async next(withinMs?: number): Promise<RawMessage> {
    const lengthBytes = (await this.connection.read(4, withinMs)).readUInt32BE(0);
    return decode(await this.connection.read(lengthBytes, withinMs)) as RawMessage;
  }

  /** The next message of that kind; others are passed over. */
  async waitFor(kind: string, withinMs = READ_MS): Promise<RawMessage> {
    for (;;) {
      const message = await this.next(withinMs);
      if (message['kind'] === kind) return message;
      this.#answer(message);
    }
  }

  /** Answers what an honest device answers by itself, until the connection ends. */
  async stayPolite(): Promise<void> {
    for (;;) this.#answer(await this.next(60_000));
  }

  #answer({ kind, number, job }: RawMessage): void {
    if (kind === 'ping') this.send({ kind: 'pong', number });
    if (kind === 'job-ended') this.send({ kind: 'job-ended-ack', job });
  }
}
