import { BLOCK_BYTES, type FrameHeader, HEADER_BYTES, readHeader } from '../wire/data-frame.ts';

const START_BYTES = 64 * 1024;
/** Room for any frame but one with the largest table, which is allocated when it comes. */
const FULL_BYTES = HEADER_BYTES + BLOCK_BYTES + START_BYTES;

/** A whole frame from the source. Views into the assembler's memory: use them before the next read. */
export interface SourceFrame {
  readonly header: FrameHeader;
  readonly meta: Buffer;
  readonly content: Buffer;
  /** Its memory is its own: it may be kept without asking. */
  readonly isOwn: boolean;
  /** Meta and content together, as they were hashed. */
  readonly hashed: Buffer;
}

/**
 * Puts frames together in one buffer that the socket reads straight into (`tls.connect`'s `onread`):
 * `room` hands out exactly what the present frame still lacks, so content lands once and in place.
 * The buffer grows to what a checked header announces, never beyond.
 */
export class FrameAssembler {
  #buffer = Buffer.allocUnsafeSlow(START_BYTES);
  #filled = 0;
  #header: FrameHeader | null = null;
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  readonly #onFrame: (frame: SourceFrame) => void;

  constructor(onFrame: (frame: SourceFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** Where the next bytes go. */
  room(): Buffer {
    return this.#buffer.subarray(this.#filled, this.#end());
  }

  /** `count` bytes of `room` were filled. @throws Failure `peer-misbehaved`, or what the handler throws. */
  filled(count: number): void {
    this.#filled += count;
    if (this.#filled < this.#end()) return;
    if (this.#header === null) this.#beginFrame();
    if (this.#header !== null && this.#filled === this.#end()) this.#endFrame(this.#header);
  }

  /**
   * Lets the handler of a frame keep its memory: reading goes on in another buffer until the returned
   * function gives this one back.
   */
  keep(): () => void {
    const kept = this.#buffer;
    this.#buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(FULL_BYTES);
    return () => this.#spare.push(kept);
  }

  /** For sockets that cannot read in place. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const count = Math.min(room.length, chunk.length - at);
      chunk.copy(room, 0, at, at + count);
      this.filled(count);
      at += count;
    }
  }

  #end(): number {
    const header = this.#header;
    return header === null ? HEADER_BYTES : HEADER_BYTES + header.metaLength + header.length;
  }

  #beginFrame(): void {
    const header = readHeader(this.#buffer);
    const needed = HEADER_BYTES + header.metaLength + header.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, FULL_BYTES));
      this.#buffer.copy(grown, 0, 0, HEADER_BYTES);
      this.#buffer = grown;
      header.hash = grown.subarray(16, HEADER_BYTES);
    }
    this.#header = header;
  }

  #endFrame(header: FrameHeader): void {
    const end = this.#end();
    const metaEnd = HEADER_BYTES + header.metaLength;
    this.#header = null;
    this.#filled = 0;
    this.#onFrame({
      header,
      meta: this.#buffer.subarray(HEADER_BYTES, metaEnd),
      content: this.#buffer.subarray(metaEnd, end),
      hashed: this.#buffer.subarray(HEADER_BYTES, end),
      isOwn: false,
    });
  }
}
