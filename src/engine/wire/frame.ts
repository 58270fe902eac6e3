import { Failure } from '../../shared/failure.ts';

/** A control frame is a 4-byte big-endian length, then that many bytes: one message. */

export const FRAME_HEADER_BYTES = 4;

/** `payload` with its length in front. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** Kept for the next frame when empty; a larger buffer is let go. */
const IDLE_BUFFER_BYTES = 16 * 1024;

/**
 * Cuts a byte stream into frames. Room grows with what has arrived (at most twice of it), never from a
 * declared length, so a lying header costs nothing.
 */
export class FrameReader {
  #buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  push(chunk: Uint8Array): void {
    this.#reserve(chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The payload of the next whole frame, a copy; null until there is one.
   * Throws Failure `peer-misbehaved` when its length is 0 or over `limitBytes`.
   */
  next(limitBytes: number): Buffer | null {
    const bufferedBytes = this.#end - this.#start;
    if (bufferedBytes < FRAME_HEADER_BYTES) return null;
    const lengthBytes = this.#buffer.readUInt32BE(this.#start);
    if (lengthBytes === 0 || lengthBytes > limitBytes) {
      throw new Failure('peer-misbehaved', { reason: `frame of ${lengthBytes} bytes` });
    }
    if (bufferedBytes < FRAME_HEADER_BYTES + lengthBytes) return null;
    const from = this.#start + FRAME_HEADER_BYTES;
    this.#start = from + lengthBytes;
    return Buffer.from(this.#buffer.subarray(from, this.#start));
  }

  /** Makes room for `moreBytes` at the end: moves what is left to the front, or into a larger buffer. */
  #reserve(moreBytes: number): void {
    if (this.#end + moreBytes <= this.#buffer.length) return;
    const left = this.#buffer.subarray(this.#start, this.#end);
    const neededBytes = left.length + moreBytes;
    const isFit =
      neededBytes <= this.#buffer.length && (left.length > 0 || this.#buffer.length <= IDLE_BUFFER_BYTES);
    const target = isFit
      ? this.#buffer
      : Buffer.allocUnsafeSlow(Math.max(IDLE_BUFFER_BYTES, neededBytes * 2));
    target.set(left);
    this.#buffer = target;
    this.#start = 0;
    this.#end = left.length;
  }
}
