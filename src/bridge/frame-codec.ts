import { Failure } from '../shared/failure.ts';

/** One frame, without its length: a snapshot with thousands of jobs fits many times. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

export const LENGTH_BYTES = 4;

/** Problems that are kept when an answer would not fit otherwise; `problemCount` stays the truth. */
const PROBLEMS_WHEN_LARGE = [1_000, 50, 0] as const;

function stringify(message: unknown, maxProblems: number): Buffer {
  const text = JSON.stringify(message, (key, value: unknown) =>
    key === 'problems' && Array.isArray(value) && value.length > maxProblems
      ? value.slice(0, maxProblems)
      : value,
  );
  return Buffer.from(text);
}

/**
 * `message` as 4 bytes of length (big endian) and JSON. Lists of problems are shortened until it fits.
 * Throws Failure('internal') when it does not fit even without them.
 */
export function encodeFrame(message: unknown): Buffer {
  for (const maxProblems of [Number.POSITIVE_INFINITY, ...PROBLEMS_WHEN_LARGE]) {
    const body = stringify(message, maxProblems);
    if (body.length > MAX_FRAME_BYTES) continue;
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, body]);
  }
  throw new Failure('internal', { reason: 'answer too large for the bridge' });
}

/**
 * Collects bytes into frames. The length is checked before anything is kept for it, and bytes are joined once
 * per frame, so neither a lie about the length nor one byte at a time costs much.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted: number | null = null;

  /** All frames that `chunk` completes. Throws Failure('internal') on an oversized length or bad JSON. */
  push(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: unknown[] = [];
    for (;;) {
      if (this.#wanted === null) {
        if (this.#bytes < LENGTH_BYTES) return messages;
        this.#wanted = this.#takeBytes(LENGTH_BYTES).readUInt32BE();
        if (this.#wanted > MAX_FRAME_BYTES)
          throw new Failure('internal', { reason: 'bridge frame too large' });
      }
      if (this.#bytes < this.#wanted) return messages;
      const body = this.#takeBytes(this.#wanted);
      this.#wanted = null;
      messages.push(parseBody(body));
    }
  }

  #takeBytes(count: number): Buffer {
    const joined =
      this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const rest = joined.subarray(count);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    return joined.subarray(0, count);
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Failure('internal', { reason: 'bridge frame is not JSON' }, error);
  }
}
