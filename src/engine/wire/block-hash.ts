import { Blake3Hasher } from '@napi-rs/blake-hash';

/** BLAKE3 of one piece of bytes, 32 bytes. */
export function hashBytes(bytes: Uint8Array): Buffer {
  return new Blake3Hasher().update(bytes as Buffer).digestBuffer();
}

/**
 * Hash of a whole file: BLAKE3 over its block hashes in order and its length (u64, big-endian).
 * Blocks arrive out of order, so this is not what `b3sum` prints.
 */
export class FileHasher {
  readonly #hasher = new Blake3Hasher();
  #length = 0;

  /** Blocks in order, all of BLOCK_BYTES but the last. */
  addBlock(bytes: Uint8Array): void {
    this.#hasher.update(hashBytes(bytes));
    this.#length += bytes.length;
  }

  digest(): Buffer {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(this.#length));
    return this.#hasher.update(length).digestBuffer();
  }
}
