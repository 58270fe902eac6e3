/** Bytes of a file to be read into memory before a search goes on. */
export interface ReadRequest {
  readonly offset: number;
  /** To be filled whole. */
  readonly into: Buffer;
}

const READ_BYTES = 1024 * 1024;

/** The part of a file that a search has in memory; it asks for more as it moves on, and never goes back. */
export class SearchWindow {
  readonly bytes: Buffer;
  readonly #end: number;
  /** Offset in the file of the first byte held, and of the first one not held any more. */
  #from: number;
  #to: number;

  /** @param held content of the file from `from` on, when all of it is in memory. */
  private constructor(bytes: Buffer, from: number, to: number, end: number) {
    this.bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.#end = end;
  }

  /** All is in memory already. */
  static over(bytes: Buffer): SearchWindow {
    return new SearchWindow(bytes, 0, bytes.length, bytes.length);
  }

  /** A file from `from` to `end`; up to `mostBytes` are looked at together. */
  static reading(from: number, end: number, mostBytes: number): SearchWindow {
    const capacity = Math.min(end - from, mostBytes + 2 * READ_BYTES);
    return new SearchWindow(Buffer.allocUnsafe(capacity), from, from, end);
  }

  /** Offset in the file up to which bytes are held. */
  get heldTo(): number {
    return this.#to;
  }

  /** Where a byte of the file is in `bytes`. */
  indexOf(offset: number): number {
    return offset - this.#from;
  }

  /** Sees to it that `length` bytes from `offset` on are held; what lies before may go. */
  *hold(offset: number, length: number): Generator<ReadRequest, void> {
    while (this.#to < offset + length) {
      const room = this.bytes.length - (this.#to - this.#from);
      if (room < Math.min(READ_BYTES, this.#end - this.#to)) {
        this.bytes.copyWithin(0, offset - this.#from, this.#to - this.#from);
        this.#from = offset;
      }
      const at = this.#to - this.#from;
      const count = Math.min(READ_BYTES, this.bytes.length - at, this.#end - this.#to);
      yield { offset: this.#to, into: this.bytes.subarray(at, at + count) };
      this.#to += count;
    }
  }
}
