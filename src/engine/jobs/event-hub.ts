import type { EngineEvent, NumberedEvent } from '../../shared/engine-api.ts';

/** Numbers the engine's events and hands them to whoever listens, in order. */
export class EventHub {
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  #number = 0;

  /** Number of the last event. */
  get number(): number {
    return this.#number;
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  emit(event: EngineEvent): void {
    this.#number += 1;
    const numbered = { number: this.#number, event };
    for (const listener of [...this.#listeners]) listener(numbered);
  }

  /** Delivers every later event until `signal` aborts. */
  subscribe(listener: (event: NumberedEvent) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }
}
