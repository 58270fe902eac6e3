import { BLOCK_BYTES, HEADER_BYTES } from '../wire/data-frame.ts';

/** Room for the table of a run before its content; MAX_RUN_FILES outcomes of at most 35 bytes fit. */
export const META_ROOM_BYTES = 64 * 1024;
/** Where content is read to, so that header and table fit directly before it. */
export const CONTENT_AT = HEADER_BYTES + META_ROOM_BYTES;

const FRAME_BUFFER_BYTES = CONTENT_AT + BLOCK_BYTES;

/**
 * A few buffers per connection that go round: filled, handed to the socket, free again when it has
 * taken them. With none free the link is the limit and the sender waits.
 */
export class FrameBuffers {
  readonly #free: Buffer[] = [];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];
  #isClosed = false;

  constructor(count: number) {
    for (let index = 0; index < count; index++) this.#free.push(Buffer.allocUnsafeSlow(FRAME_BUFFER_BYTES));
  }

  take(): Promise<Buffer> | Buffer {
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    if (this.#isClosed) return Buffer.allocUnsafeSlow(FRAME_BUFFER_BYTES);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The socket is gone: whoever waits goes on, into memory nobody reads. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#waiting.splice(0)) waiter(Buffer.allocUnsafeSlow(FRAME_BUFFER_BYTES));
  }

  give(buffer: Buffer): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#free.push(buffer);
    else waiter(buffer);
  }
}
