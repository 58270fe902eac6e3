import type { Failure } from '../shared/failure.ts';
import type { Port } from './port.ts';

/** Two joined ports in one process. Messages are cloned, so neither end can reach into the other's values. */
export function createInProcessPorts(): [Port, Port] {
  const left = new InProcessPort();
  const right = new InProcessPort();
  left.join(right);
  right.join(left);
  return [left, right];
}

class InProcessPort implements Port {
  readonly closed: Promise<Failure | null>;
  readonly #early: unknown[] = [];
  #other: InProcessPort | null = null;
  #listener: ((message: unknown) => void) | null = null;
  #open = true;
  #resolveClosed: (failure: Failure | null) => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  join(other: InProcessPort): void {
    this.#other = other;
  }

  send(message: unknown): boolean {
    if (!this.#open) return false;
    const clone: unknown = structuredClone(message);
    queueMicrotask(() => this.#other?.take(clone));
    return true;
  }

  take(message: unknown): void {
    if (!this.#open) return;
    if (this.#listener === null) this.#early.push(message);
    else this.#listener(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  /** Never slow: there is nothing between the two ends. */
  onDrain(): void {}

  close(failure?: Failure): void {
    if (!this.#open) return;
    this.#open = false;
    this.#resolveClosed(failure ?? null);
    // after what was sent before
    queueMicrotask(() => this.#other?.close());
  }
}
