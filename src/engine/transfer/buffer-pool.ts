/** A few buffers of one size that go round; whoever finds none free waits. */
export class BufferPool {
  readonly #free: Buffer[] = [];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];
  readonly #bytes: number;
  #left: number;

  /** @param count buffers at most; each is made when it is needed first. */
  constructor(count: number, bytes: number) {
    this.#left = count;
    this.#bytes = bytes;
  }

  async take(): Promise<Buffer> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#left > 0) {
      this.#left -= 1;
      return Buffer.allocUnsafeSlow(this.#bytes);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(buffer: Buffer): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#free.push(buffer);
    else waiter(buffer);
  }
}
