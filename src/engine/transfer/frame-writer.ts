import type { Duplex } from 'node:stream';

interface Queued {
  readonly bytes: Buffer;
  readonly written: (() => void) | null;
}

/**
 * Hands frames to a TLS socket one at a time. A socket that is given several at once joins them in new
 * memory before it encrypts them; given one, it encrypts straight from ours, and what was passed to
 * `written` may be filled again.
 */
export class FrameWriter {
  readonly #socket: Duplex;
  readonly #queue: Queued[] = [];
  #isWriting = false;
  #drained: (() => void) | null = null;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  write(bytes: Buffer, written: (() => void) | null = null): void {
    this.#queue.push({ bytes, written });
    if (!this.#isWriting) this.#next();
  }

  /** Frames that wait for their turn. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Resolves when everything is handed over. */
  drained(): Promise<void> {
    if (!this.#isWriting || this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** The socket is gone: whoever waits goes on. */
  close(): void {
    for (const { written } of this.#queue.splice(0)) written?.();
    this.#drained?.();
  }

  #next(): void {
    const queued = this.#queue.shift();
    if (queued === undefined) {
      this.#isWriting = false;
      this.#drained?.();
      this.#drained = null;
      return;
    }
    this.#isWriting = true;
    this.#socket.write(queued.bytes, (error) => {
      queued.written?.();
      if (error === null || error === undefined) this.#next();
    });
  }
}
