import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { LinkMessageOf } from '../wire/control-messages.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';

/** How long a destination may take to say that a job is paused, or goes on. */
const ANSWER_MS = 10_000;

type Wish = 'pause' | 'resume';

/**
 * What people at the source want of jobs that only their destinations can pause. A wish is told until the
 * destination's state shows that it holds; a destination that is away hears of it when it is back.
 */
export class PauseWishes {
  readonly #parts: Pick<JobParts, 'book' | 'signal'>;
  readonly #wishes = new Map<JobId, Wish>();
  /** Told when a wish is fulfilled, or its job has ended. */
  readonly #waiting = new Map<JobId, Set<() => void>>();

  constructor(parts: Pick<JobParts, 'book' | 'signal'>) {
    this.#parts = parts;
  }

  /**
   * Resolves when it holds; at once when the destination is away (`link` null).
   * @throws Failure `timeout` when the destination does not say so; the wish stays.
   */
  async wish(live: LiveJob, wish: Wish, link: Link | null): Promise<void> {
    const { job } = live.key;
    const isPaused = live.view.pausedBy !== null;
    if (isPaused === (wish === 'pause') && !this.#wishes.has(job)) return;
    this.#wishes.set(job, wish);
    if (link === null) {
      const waitingFor = wish === 'pause' ? 'paused' : 'peer';
      const pausedBy = wish === 'pause' ? 'here' : null;
      this.#parts.book.update(live, { state: 'waiting', waitingFor, pausedBy });
      return;
    }
    this.tell(job, link);
    await this.#fulfilled(job);
  }

  async #fulfilled(job: JobId): Promise<void> {
    const told = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(job) ?? new Set();
    this.#waiting.set(job, waiting.add(told.resolve));
    const late = setTimeout(() => told.reject(new Failure('timeout')), ANSWER_MS);
    const onStop = () => told.resolve();
    this.#parts.signal.addEventListener('abort', onStop, { once: true });
    try {
      await told.promise;
    } finally {
      clearTimeout(late);
      this.#parts.signal.removeEventListener('abort', onStop);
      waiting.delete(told.resolve);
    }
  }

  /** Says what is wanted, if anything is. */
  tell(job: JobId, link: Link): void {
    const wish = this.#wishes.get(job);
    if (wish !== undefined) link.tell({ kind: `job-${wish}`, job });
  }

  /** The destination says how it is. One that has not heard is told again. */
  seen(message: LinkMessageOf<'job-update'>, link: Link): void {
    const wish = this.#wishes.get(message.job);
    if (wish === undefined) return;
    const holds = (message.waitingFor === 'paused') === (wish === 'pause');
    if (holds || message.state === 'finishing') this.forget(message.job);
    else this.tell(message.job, link);
  }

  /** The destination has lost the job: once it has it again, it should be as it was. */
  again(live: LiveJob): void {
    if (live.view.pausedBy !== null) this.#wishes.set(live.key.job, 'pause');
  }

  forget(job: JobId): void {
    this.#wishes.delete(job);
    for (const told of this.#waiting.get(job) ?? []) told();
    this.#waiting.delete(job);
  }
}
