import { Failure } from '../../shared/failure.ts';
import type { CancelKeep, JobResult, JobView } from '../../shared/job.ts';
import type { ClashAnswer } from '../transfer/held-clashes.ts';
import type { StopReason } from '../transfer/pull-order.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';

/** Which side asked for something. */
export type Side = 'here' | 'peer';

/** A pull as far as people steer it. */
export interface ControlledPull {
  readonly live: LiveJob;
  /** Who asked for the pause that holds, or is about to. */
  pausedBy: Side | null;
  /** Told with the next news of the job. */
  readonly waiting: Set<() => void>;
  result: JobResult | null;
}

/** Pausing, stopping and answering pulls, whichever side asks; the data workers do it. */
export class PullControl {
  readonly #parts: Pick<JobParts, 'book' | 'pool'>;

  constructor(parts: Pick<JobParts, 'book' | 'pool'>) {
    this.#parts = parts;
  }

  stop({ live }: ControlledPull, reason: StopReason, keep: CancelKeep, by: Side): void {
    const { job } = live.key;
    this.#parts.book.update(live, { cancelledBy: live.view.cancelledBy ?? by });
    this.#parts.pool.post(job, { kind: 'stop-pull', job, reason, keep });
  }

  /** Stops asking for content, or goes on. Who paused it first is who paused it. */
  switchTo(pull: ControlledPull, isPaused: boolean, by: Side): void {
    if ((pull.pausedBy !== null) === isPaused) return;
    const { job } = pull.live.key;
    pull.pausedBy = isPaused ? by : null;
    this.#parts.pool.post(job, { kind: 'pause-pull', job, isPaused });
  }

  /** Resolves when a pause, or its end, holds. */
  async paused(pull: ControlledPull, isPaused: boolean): Promise<void> {
    // What is getting its place already has come whole, and is not held up.
    const holds = ({ state, waitingFor }: JobView) =>
      state === 'finishing' || (waitingFor === 'paused') === isPaused;
    await until(pull, holds);
  }

  /** Settles all clashes; resolves when nothing is asked any more. @throws Failure `usage` when nothing is. */
  async answer(pull: ControlledPull, answer: ClashAnswer): Promise<void> {
    const { job } = pull.live.key;
    if (pull.live.view.question === null) throw new Failure('usage', { reason: 'nothing is asked' });
    this.#parts.pool.post(job, { kind: 'answer-pull', job, answer });
    await until(pull, (view) => view.question === null);
  }

  /** There is news of a pull. */
  wake({ waiting }: ControlledPull): void {
    const told = [...waiting];
    waiting.clear();
    for (const tell of told) tell();
  }
}

/** Resolves when `holds`, or when the job has ended. */
async function until(pull: ControlledPull, holds: (view: JobView) => boolean): Promise<void> {
  while (pull.result === null && !holds(pull.live.view)) {
    await new Promise<void>((resolve) => pull.waiting.add(resolve));
  }
}
