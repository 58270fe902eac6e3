import type { Socket } from 'node:net';
import { Failure, toFailure } from '../shared/failure.ts';
import { encodeFrame, FrameReader } from './frame-codec.ts';
import type { Port } from './port.ts';

/** A reader that leaves this much lying is not slow but gone. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;

/** A port over a connected Unix socket or named pipe; owns the socket from here on. */
export function createSocketPort(socket: Socket): Port {
  return new SocketPort(socket);
}

class SocketPort implements Port {
  readonly closed: Promise<Failure | null>;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #failure: Failure | null = null;
  #onMessage: ((message: unknown) => void) | null = null;
  #onDrain: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pause();
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('drain', () => {
      socket.resume();
      this.#onDrain();
    });
    socket.on('error', (error) => {
      this.#failure ??= toFailure(error, undefined, 'io');
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve(this.#isOrdinaryEnd() ? null : this.#failure));
    });
  }

  /** The other process ended while something was written to it: an end like any other. */
  #isOrdinaryEnd(): boolean {
    return this.#failure === null || this.#failure.code === 'peer-gone';
  }

  send(message: unknown): boolean {
    if (!this.#socket.writable) return false;
    const frame = encodeFrame(message);
    if (this.#socket.writableLength + frame.length > MAX_UNREAD_BYTES) {
      this.close(new Failure('timeout', { reason: 'front end does not read' }));
      return false;
    }
    const free = this.#socket.write(frame);
    // who does not read answers gets no new questions answered
    if (!free) this.#socket.pause();
    return free;
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
    this.#socket.resume();
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  close(failure?: Failure): void {
    this.#failure ??= failure ?? null;
    if (failure === undefined) this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) {
        if (this.#socket.destroyed) return;
        this.#onMessage?.(message);
      }
    } catch (error) {
      this.close(toFailure(error));
    }
  }
}
