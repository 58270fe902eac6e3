import type { ByteName } from '../wire/byte-name.ts';
import { HASH_BYTES } from '../wire/data-frame.ts';

/** Of the whole file, or of the one block that a small file is: the rest is computed when it is told. */
export type ArrivedHash = { readonly ofFile: Buffer } | { readonly ofBlock: Buffer };

export interface Arrival {
  readonly folder: number;
  readonly name: ByteName;
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  readonly hash: ArrivedHash;
}

/** Files of one chunk: memory comes in pieces of about 300 kB. */
const CHUNK_FILES = 4_096;
/** Folder, size, seconds, nanoseconds, and whether the hash is of the whole file. */
const NUMBERS = 5;

interface Chunk {
  readonly names: ByteName[];
  readonly numbers: Float64Array;
  readonly hashes: Buffer;
}

/**
 * A list of arrivals that takes about a hundred bytes for each: as objects, each with a buffer of its own, two
 * hundred thousand of them were several hundred megabytes.
 */
export class ArrivalList {
  readonly #chunks: Chunk[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push({ folder, name, size, mtimeSec, mtimeNs, hash }: Arrival): void {
    const at = this.#length % CHUNK_FILES;
    if (at === 0) {
      const numbers = new Float64Array(CHUNK_FILES * NUMBERS);
      this.#chunks.push({ names: [], numbers, hashes: Buffer.alloc(CHUNK_FILES * HASH_BYTES) });
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Chunk;
    const isOfFile = 'ofFile' in hash;
    chunk.names.push(name);
    chunk.numbers.set([folder, size, mtimeSec, mtimeNs, isOfFile ? 1 : 0], at * NUMBERS);
    (isOfFile ? hash.ofFile : hash.ofBlock).copy(chunk.hashes, at * HASH_BYTES, 0, HASH_BYTES);
    this.#length += 1;
  }

  /** Those from `start` on, at most `count`. */
  slice(start: number, count: number): Arrival[] {
    const end = Math.min(start + count, this.#length);
    return Array.from({ length: Math.max(0, end - start) }, (_, index) => this.#at(start + index));
  }

  #at(index: number): Arrival {
    const { names, numbers, hashes } = this.#chunks[Math.floor(index / CHUNK_FILES)] as Chunk;
    const at = index % CHUNK_FILES;
    const [folder = 0, size = 0, mtimeSec = 0, mtimeNs = 0, isOfFile = 0] = numbers.subarray(
      at * NUMBERS,
      (at + 1) * NUMBERS,
    );
    const bytes = Buffer.from(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
    const hash = isOfFile === 1 ? { ofFile: bytes } : { ofBlock: bytes };
    return { folder, name: names[at] as ByteName, size, mtimeSec, mtimeNs, hash };
  }
}
