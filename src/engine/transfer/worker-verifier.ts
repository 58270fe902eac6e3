import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { FileVerifier, type VerifyOrder } from './verify-files.ts';
import type { FromDataWorker } from './worker-messages.ts';

/** What a data worker reads back. The owner calls `close`. */
export class WorkerVerifier {
  readonly #post: (message: FromDataWorker) => void;
  readonly #running = new Map<JobId, AbortController>();

  constructor(post: (message: FromDataWorker) => void) {
    this.#post = post;
  }

  /** Begins; nothing when that job is being read already. */
  start(order: VerifyOrder): void {
    const { job } = order;
    if (this.#running.has(job)) return;
    const stop = new AbortController();
    this.#running.set(job, stop);
    void this.#run(order, stop.signal);
  }

  async #run(order: VerifyOrder, signal: AbortSignal): Promise<void> {
    const { job } = order;
    let failure = null;
    try {
      const verifier = new FileVerifier(
        order,
        (counts) => this.#post({ kind: 'verify-counted', job, counts }),
        signal,
      );
      await verifier.run();
    } catch (error) {
      failure = toFailure(error, Buffer.from(order.into).toString('utf8')).toData();
    }
    this.#running.delete(job);
    this.#post({ kind: 'verify-ended', job, failure });
  }

  stop(job: JobId): void {
    this.#running.get(job)?.abort(new Failure('cancelled'));
  }

  close(): void {
    for (const stop of this.#running.values()) stop.abort(new Failure('interrupted'));
  }
}
