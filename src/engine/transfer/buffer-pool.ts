import { blockMemory } from './block-memory.ts';

/** A few blocks of 1 MiB that go round; whoever finds none free waits. Its owner closes it. */
export class BufferPool {
  readonly #free: Buffer[] = [];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];
  #left: number;
  #isClosed = false;

  /** @param count buffers at most; each is made when it is needed first. */
  constructor(count: number) {
    this.#left = count;
  }

  async take(): Promise<Buffer> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#left > 0) {
      this.#left -= 1;
      return blockMemory.take();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(buffer: Buffer): void {
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) waiter(buffer);
    else if (this.#isClosed) blockMemory.give([buffer]);
    else this.#free.push(buffer);
  }

  /** Gives away what is free; what is given back later follows. */
  close(): void {
    this.#isClosed = true;
    blockMemory.give(this.#free.splice(0));
  }
}
