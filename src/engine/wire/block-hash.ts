import { Blake3Hasher, blake3, blake3UrlSafeBase64 } from '@napi-rs/blake-hash';

/** Below this a buffer that native code owns costs more than a short text: each has to be let go one by one. */
const BY_TEXT_BYTES = 32 * 1024;

/** BLAKE3 of one piece of bytes, 32 bytes. */
export function hashBytes(bytes: Uint8Array): Buffer {
  // One call instead of three: what counts for thousands of small files.
  if (bytes.length < BY_TEXT_BYTES) return Buffer.from(blake3UrlSafeBase64(bytes), 'base64url');
  return blake3(bytes);
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
    return this.#hasher.update(lengthBytes(this.#length)).digestBuffer();
  }
}

/** The same, of block hashes that are known: pieces of them in order, each a whole number of hashes. */
export function hashOfBlocks(hashes: Iterable<Buffer>, size: number): Buffer {
  const hasher = new Blake3Hasher();
  for (const piece of hashes) hasher.update(piece);
  return hasher.update(lengthBytes(size)).digestBuffer();
}

/** The same for a file of one block: one call, which counts for thousands of small files. */
export function hashOfOneBlock(hash: Buffer, size: number): Buffer {
  return hashBytes(Buffer.concat([hash, lengthBytes(size)]));
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
