import { type Failure, toFailure } from '../../shared/failure.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { StageClock } from './stage-clock.ts';

/** Gives written files their names while the copy goes on; one round at a time. */
export class PullPublishing {
  readonly #writer: TreeWriter;
  readonly #clock: StageClock;
  readonly #onFailed: (failure: Failure) => void;
  readonly #onDone: () => void;
  #round: Promise<void> | null = null;

  constructor(
    writer: TreeWriter,
    clock: StageClock,
    events: { readonly onFailed: (failure: Failure) => void; readonly onDone: () => void },
  ) {
    this.#writer = writer;
    this.#clock = clock;
    this.#onFailed = events.onFailed;
    this.#onDone = events.onDone;
  }

  get isRunning(): boolean {
    return this.#round !== null;
  }

  /** Nothing when a round is under way. */
  start(): void {
    this.#round ??= this.#publish();
  }

  /** Resolves when no round is under way; never rejects. */
  async settled(): Promise<void> {
    await this.#round;
  }

  async #publish(): Promise<void> {
    const startMs = performance.now();
    try {
      await this.#writer.publishWaiting();
    } catch (error) {
      this.#onFailed(toFailure(error));
    }
    this.#clock.since('sync', startMs);
    this.#round = null;
    this.#onDone();
  }
}
