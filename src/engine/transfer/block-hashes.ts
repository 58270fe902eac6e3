import { hashBytes, hashOfBlocks } from '../wire/block-hash.ts';
import { BLOCK_BYTES, HASH_BYTES } from '../wire/data-frame.ts';

/** Blocks whose hashes lie in one piece of memory. */
const PAGE_BLOCKS = 1_024;
const PAGE_BYTES = PAGE_BLOCKS * HASH_BYTES;

const holePage = Buffer.alloc(PAGE_BYTES, hashBytes(Buffer.alloc(BLOCK_BYTES)));

/**
 * The hashes of a file's blocks, as they come. A block that is never set is a hole. Memory grows with what
 * has really come, never with the size that somebody claims.
 */
export class BlockHashes {
  readonly #pages = new Map<number, Buffer>();

  set(block: number, hash: Uint8Array): void {
    const number = Math.floor(block / PAGE_BLOCKS);
    const page = this.#pages.get(number) ?? Buffer.from(holePage);
    this.#pages.set(number, page);
    page.set(hash, (block % PAGE_BLOCKS) * HASH_BYTES);
  }

  /** The hash of a file of `size` bytes, as wire/block-hash.ts defines it. */
  fileHash(size: number): Buffer {
    const blocks = Math.ceil(size / BLOCK_BYTES);
    const lastBytes = size - (blocks - 1) * BLOCK_BYTES;
    const isShort = blocks > 0 && lastBytes < BLOCK_BYTES;
    if (isShort && !this.#has(blocks - 1)) this.set(blocks - 1, hashBytes(Buffer.alloc(lastBytes)));
    return hashOfBlocks(this.#inOrder(blocks), size);
  }

  /** A short last block is a hole as long as its place holds what a whole hole has. */
  #has(block: number): boolean {
    const page = this.#pages.get(Math.floor(block / PAGE_BLOCKS));
    if (page === undefined) return false;
    const at = (block % PAGE_BLOCKS) * HASH_BYTES;
    return page.compare(holePage, 0, HASH_BYTES, at, at + HASH_BYTES) !== 0;
  }

  *#inOrder(blocks: number): Iterable<Buffer> {
    for (let first = 0; first < blocks; first += PAGE_BLOCKS) {
      const page = this.#pages.get(first / PAGE_BLOCKS) ?? holePage;
      yield page.subarray(0, Math.min(PAGE_BLOCKS, blocks - first) * HASH_BYTES);
    }
  }
}
