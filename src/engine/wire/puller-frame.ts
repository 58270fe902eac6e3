import { Failure } from '../../shared/failure.ts';
import { MAX_OPEN_BODY_BYTES, MAX_PULLER_BODY_BYTES } from './data-frame.ts';
import { CODING, type Coding, toCoding } from './zstd.ts';

/** kind u8, coding u8, reserved u16, tag u32, length u32. */
export const PULLER_HEADER_BYTES = 12;

export interface PullerFrame {
  readonly kind: number;
  readonly tag: number;
  /** How the answer may be coded. */
  readonly coding: Coding;
  readonly body: Buffer;
}

/** Pieces kept apart: a stream of single bytes must cost neither an object nor a copy of all for each. */
const MAX_CHUNKS = 256;

/** One frame from the puller to the source. */
export function encodePullerFrame(
  kind: number,
  tag: number,
  body: Uint8Array,
  coding: Coding = CODING.raw,
): Buffer {
  const frame = Buffer.allocUnsafe(PULLER_HEADER_BYTES + body.length);
  frame.writeUInt8(kind, 0);
  frame.writeUInt8(coding, 1);
  frame.writeUInt16BE(0, 2);
  frame.writeUInt32BE(tag, 4);
  frame.writeUInt32BE(body.length, 8);
  frame.set(body, PULLER_HEADER_BYTES);
  return frame;
}

/**
 * Cuts the puller's byte stream into frames; the length is checked before anything is gathered for it.
 * The first frame shows the grant, so it must be a short one: before it nobody is trusted with memory.
 */
export class PullerFrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before looking again: pieces are joined once per header and once per frame. */
  #needed = PULLER_HEADER_BYTES;
  #maxBodyBytes = MAX_OPEN_BODY_BYTES;

  /** @throws Failure `peer-misbehaved`. */
  push(chunk: Buffer): PullerFrame[] {
    this.#chunks.push(chunk);
    if (this.#chunks.length > MAX_CHUNKS) this.#joined();
    this.#length += chunk.length;
    const frames: PullerFrame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): PullerFrame | null {
    if (this.#length < this.#needed) return null;
    const head = this.#joined();
    const bodyLength = head.readUInt32BE(8);
    const coding = toCoding(head.readUInt8(1));
    if (coding === null || head.readUInt16BE(2) !== 0)
      throw new Failure('peer-misbehaved', { reason: 'reserved bits' });
    if (bodyLength > this.#maxBodyBytes) throw new Failure('peer-misbehaved', { reason: 'body too long' });
    const end = PULLER_HEADER_BYTES + bodyLength;
    this.#needed = end;
    if (head.length < end) return null;
    this.#needed = PULLER_HEADER_BYTES;
    this.#maxBodyBytes = MAX_PULLER_BODY_BYTES;
    this.#chunks = [head.subarray(end)];
    this.#length = head.length - end;
    return {
      kind: head.readUInt8(0),
      tag: head.readUInt32BE(4),
      coding,
      body: head.subarray(PULLER_HEADER_BYTES, end),
    };
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }
}
