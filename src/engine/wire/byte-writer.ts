/** Builds a body in a buffer that grows; the mirror of ByteReader. All integers big-endian. */
export class ByteWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(capacity = 4096) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + length));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#at = at + length;
    return at;
  }

  u8(value: number): void {
    const at = this.#take(1);
    this.#bytes.writeUInt8(value, at);
  }

  u16(value: number): void {
    const at = this.#take(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  u32(value: number): void {
    const at = this.#take(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  u64(value: number): void {
    const at = this.#take(8);
    const high = Math.floor(value / 2 ** 32);
    this.#bytes.writeUInt32BE(high, at);
    this.#bytes.writeUInt32BE(value - high * 2 ** 32, at + 4);
  }

  i64(value: number): void {
    const at = this.#take(8);
    const high = Math.floor(value / 2 ** 32);
    this.#bytes.writeInt32BE(high, at);
    this.#bytes.writeUInt32BE(value - high * 2 ** 32, at + 4);
  }

  f64(value: number): void {
    const at = this.#take(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#take(value.length);
    this.#bytes.set(value, at);
  }

  /** One byte per character. */
  latin1(value: string): void {
    const at = this.#take(value.length);
    this.#bytes.write(value, at, 'latin1');
  }

  /** Patches a count that was not known when its place was written. */
  patchU32(value: number, at: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  get length(): number {
    return this.#at;
  }

  /** A view of what was written; valid until the next write or reset. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  reset(): void {
    this.#at = 0;
  }
}
