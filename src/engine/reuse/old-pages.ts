import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { ReadOld } from './delta-patch.ts';

/**
 * Recently read pages of an old version, of 1 MiB each: what sums were made of is put together with what was sent
 * soon after, and copying it costs a fraction of reading it again.
 */
export class OldPages {
  readonly #read: ReadOld;
  readonly #bytes: number;
  readonly #most: number;
  readonly #fresh: () => Buffer;
  /** In the order they were read. */
  readonly #pages = new Map<number, Buffer>();

  /** @param bytes length of the old version. @param most pages held at most. @param fresh memory for a page. */
  constructor(read: ReadOld, bytes: number, most: number, fresh: () => Buffer) {
    this.#read = read;
    this.#bytes = bytes;
    this.#most = most;
    this.#fresh = fresh;
  }

  /** A page; its memory is good until the next call. @throws as `ReadOld`. */
  page(number: number): Buffer {
    const length = Math.min(BLOCK_BYTES, this.#bytes - number * BLOCK_BYTES);
    const held = this.#pages.get(number);
    if (held !== undefined) return held.subarray(0, length);
    const buffer = this.#room();
    this.#read(buffer.subarray(0, length), number * BLOCK_BYTES);
    this.#pages.set(number, buffer);
    return buffer.subarray(0, length);
  }

  /** Holds a whole page that somebody else has read, and gives other memory for it. */
  exchange(number: number, page: Buffer): Buffer {
    if (this.#pages.has(number)) return page;
    const room = this.#room();
    this.#pages.set(number, page);
    return room;
  }

  /** Memory of the page that was read longest ago, once there are enough. */
  #room(): Buffer {
    const oldest = this.#pages.size < this.#most ? undefined : this.#pages.keys().next().value;
    const buffer = oldest === undefined ? undefined : this.#pages.get(oldest);
    if (oldest !== undefined) this.#pages.delete(oldest);
    return buffer ?? this.#fresh();
  }

  /** Ends it; returns the memory of its pages. */
  close(): Buffer[] {
    const pages = [...this.#pages.values()];
    this.#pages.clear();
    return pages;
  }

  /** Fills `into` from `offset` on, from memory as far as it is there. @throws as `ReadOld`. */
  readonly read = (into: Buffer, offset: number): void => {
    for (let at = 0; at < into.length; ) {
      const from = offset + at;
      const number = Math.floor(from / BLOCK_BYTES);
      const length = Math.min(into.length - at, (number + 1) * BLOCK_BYTES - from);
      const held = this.#pages.get(number);
      if (held === undefined) this.#read(into.subarray(at, at + length), from);
      else held.copy(into, at, from - number * BLOCK_BYTES, from - number * BLOCK_BYTES + length);
      at += length;
    }
  };
}
