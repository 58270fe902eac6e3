import { Failure } from '../../shared/failure.ts';

/** Reads a received body field by field; every read is checked against the end. All integers big-endian. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws Failure `peer-misbehaved` when fewer than `length` bytes are left. */
  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw truncated();
    this.#at = at + length;
    return at;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  /** @throws Failure `peer-misbehaved` beyond 2^53 - 1. */
  u64(): number {
    const at = this.#take(8);
    const value = this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
    if (!Number.isSafeInteger(value)) throw new Failure('peer-misbehaved', { reason: 'number too large' });
    return value;
  }

  i64(): number {
    const at = this.#take(8);
    const value = this.#bytes.readInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
    if (!Number.isSafeInteger(value)) throw new Failure('peer-misbehaved', { reason: 'number too large' });
    return value;
  }

  f64(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A view into the body, not a copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** `length` bytes, one character each. */
  latin1(length: number): string {
    const at = this.#take(length);
    return this.#bytes.toString('latin1', at, at + length);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws Failure `peer-misbehaved` when bytes are left over. */
  end(): void {
    if (this.left !== 0) throw new Failure('peer-misbehaved', { reason: 'bytes left over' });
  }
}

function truncated(): Failure {
  return new Failure('peer-misbehaved', { reason: 'truncated' });
}
