import { Failure, toFailure } from '../shared/failure.ts';
import { encodeFrame, LENGTH_BYTES, MAX_FRAME_BYTES } from './frame-codec.ts';
import type { PausablePort } from './port.ts';

/** What this carrier needs of a server's end of a WebSocket; the package `ws` has it. */
export interface ServerWebSocket {
  readonly bufferedAmount: number;
  send(data: Uint8Array, options: { binary: boolean }, done: () => void): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): void;
  resume(): void;
  close(code: number, reason?: string): void;
  terminate(): void;
}

/** Largest message that a page may send; to be given to the WebSocket server too. */
export const MAX_WEB_SOCKET_FRAME_BYTES = MAX_FRAME_BYTES;

/** With more than this unsent the page is slow, with less than half of it no more. */
const SLOW_BYTES = 1024 * 1024;

/** A page that leaves this much lying is not slow but gone. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;

/** Codes of RFC 6455, section 7.4.1. */
const NORMAL_CLOSE = 1000;
const SERVER_FAILED = 1011;

/**
 * A carrier over the server's end of a WebSocket, one JSON text a message; owns the socket from here on. What
 * is no JSON text cuts the connection without an answer.
 */
export function createWebSocketPort(socket: ServerWebSocket): PausablePort {
  return new WebSocketPort(socket);
}

class WebSocketPort implements PausablePort {
  readonly closed: Promise<Failure | null>;
  readonly #socket: ServerWebSocket;
  readonly #early: unknown[] = [];
  #failure: Failure | null = null;
  #listener: ((message: unknown) => void) | null = null;
  #onDrain: () => void = () => undefined;
  #slow = false;
  #open = true;

  constructor(socket: ServerWebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    // `ws` closes the connection itself after an error: an oversized or broken frame, a lost connection
    socket.on('error', (error) => {
      this.#failure ??= new Failure('internal', { reason: 'broken web socket frame' }, error);
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#open = false;
        resolve(this.#failure);
      });
    });
  }

  send(message: unknown): boolean {
    if (!this.#open) return false;
    const text = encodeFrame(message).subarray(LENGTH_BYTES);
    if (this.#socket.bufferedAmount + text.length > MAX_UNREAD_BYTES) {
      this.close(new Failure('timeout', { reason: 'front end does not read' }));
      return false;
    }
    this.#socket.send(text, { binary: false }, () => this.#written());
    if (this.#socket.bufferedAmount > SLOW_BYTES && !this.#slow) {
      this.#slow = true;
      // who does not read answers gets no new questions answered
      this.#socket.pause();
    }
    return !this.#slow;
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#slow) this.#socket.resume();
  }

  close(failure?: Failure): void {
    if (!this.#open) return;
    this.#open = false;
    this.#failure ??= failure ?? null;
    // a paused socket would never see the other end's close frame
    this.#socket.resume();
    if (failure === undefined) this.#socket.close(NORMAL_CLOSE);
    else this.#socket.close(SERVER_FAILED, failure.code);
  }

  #written(): void {
    if (!this.#slow || this.#socket.bufferedAmount > SLOW_BYTES / 2) return;
    this.#slow = false;
    this.#socket.resume();
    this.#onDrain();
  }

  #receive(data: unknown, isBinary: boolean): void {
    if (!this.#open) return;
    let message: unknown;
    try {
      if (isBinary || !(data instanceof Uint8Array))
        throw new Failure('internal', { reason: 'no text frame' });
      message = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    } catch (error) {
      this.#failure ??= toFailure(error);
      this.#open = false;
      this.#socket.terminate();
      return;
    }
    if (this.#listener === null) this.#early.push(message);
    else this.#listener(message);
  }
}
