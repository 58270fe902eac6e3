import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { CancelKeep, JobResult } from '../../shared/job.ts';
import type { DiskTrouble } from '../transfer/disk-trouble.ts';
import { failedResult } from '../transfer/failed-result.ts';
import type { PullResume, StopReason } from '../transfer/pull-order.ts';
import { DiskWaits, type WaitingPull } from './disk-waits.ts';
import { inBackground } from './in-background.ts';
import type { JobParts } from './job-parts.ts';
import { type ControlledPull, PullControl, type Side } from './pull-control.ts';

/** Before a pull is begun again because its source has forgotten what it listed. */
const AGAIN_MS = 500;

type SteeredPull = ControlledPull & WaitingPull;

/** What the owner of pulls does when it is time to. */
interface SteeringEvents<Pull> {
  /** A data worker shall have it. */
  readonly order: (pull: Pull, resume: PullResume) => void;
  /** It waits for its destination and needs no turn. */
  readonly onStuck: (job: JobId) => void;
  readonly onEnded: (pull: Pull, result: JobResult) => Promise<void>;
  readonly onNews: (pull: Pull) => void;
  readonly resumeOf: (pull: Pull, isPaused: boolean) => Promise<PullResume>;
}

/**
 * Pausing, stopping and beginning again, for pulls that a data worker has and for those that wait until their
 * destination can be used.
 */
export class PullSteering<Pull extends SteeredPull> {
  readonly control: PullControl;
  readonly #parts: Pick<JobParts, 'book' | 'signal' | 'log'>;
  readonly #events: SteeringEvents<Pull>;
  readonly #disks: DiskWaits<Pull>;

  constructor(
    parts: Pick<JobParts, 'book' | 'state' | 'pool' | 'log' | 'signal'>,
    events: SteeringEvents<Pull>,
  ) {
    this.#parts = parts;
    this.#events = events;
    this.control = new PullControl(parts);
    this.#disks = new DiskWaits(parts, {
      onNews: events.onNews,
      onReady: (pull) => inBackground(this.begin(pull), parts.log),
    });
  }

  /** What a data worker tells when it has let go of a pull. */
  suspended(pull: Pull, again: boolean, trouble: DiskTrouble | null): void {
    if (trouble !== null) this.#stuck(pull, trouble);
    else if (again) inBackground(this.#later(pull), this.#parts.log);
  }

  /** The source has forgotten what it listed. */
  async #later(pull: Pull): Promise<void> {
    const { signal } = this.#parts;
    await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    await this.begin(pull);
  }

  /** Takes up what an earlier run of the engine has left; `trouble` is what it waited for. */
  async goOn(pull: Pull, trouble: DiskTrouble | null): Promise<void> {
    if (trouble === null) await this.begin(pull);
    else this.#stuck(pull, trouble);
  }

  /** Begins with all that is there, or waits until the destination can be used. */
  async begin(pull: Pull): Promise<void> {
    const trouble = await this.#disks.troubleOf(pull);
    const isOver = () => this.#parts.signal.aborted || pull.result !== null;
    if (isOver()) return;
    if (trouble !== null) {
      this.#stuck(pull, trouble);
      return;
    }
    const resume = await this.#events.resumeOf(pull, pull.pausedBy !== null);
    if (!isOver()) this.#order(pull, resume);
  }

  #order(pull: Pull, resume: PullResume): void {
    this.#events.order(pull, { ...resume, isPaused: pull.pausedBy !== null });
  }

  /** The destination cannot be used now. */
  #stuck(pull: Pull, trouble: DiskTrouble): void {
    const { key, view } = pull.live;
    pull.isStuck = true;
    this.#events.onStuck(key.job);
    if (view.cancelledBy !== null) {
      inBackground(this.#events.onEnded(pull, failedResult(new Failure('cancelled'))), this.#parts.log);
    } else if (pull.pausedBy === null) this.#disks.wait(pull, trouble);
    else this.#restPaused(pull);
  }

  /** What no data worker has is paused all the same. */
  #restPaused(pull: Pull): void {
    this.#disks.release(pull);
    const { pausedBy, live } = pull;
    this.#parts.book.update(live, { state: 'waiting', waitingFor: 'paused', pausedBy });
    this.#events.onNews(pull);
  }

  stop(pull: Pull, reason: StopReason, keep: CancelKeep, by: Side): void {
    this.#disks.release(pull);
    // A data worker has to have it to end it as it is to be ended.
    if (pull.isStuck) inBackground(this.#stopStuck(pull, reason, keep, by), this.#parts.log);
    else this.control.stop(pull, reason, keep, by);
  }

  async #stopStuck(pull: Pull, reason: StopReason, keep: CancelKeep, by: Side): Promise<void> {
    const { live } = pull;
    this.#parts.book.update(live, { cancelledBy: live.view.cancelledBy ?? by });
    const trouble = await this.#disks.troubleOf(pull);
    const resume = await this.#events.resumeOf(pull, false);
    if (pull.result !== null) return;
    if (trouble !== null) {
      await this.#events.onEnded(pull, failedResult(new Failure(reason)));
      return;
    }
    this.#order(pull, resume);
    this.control.stop(pull, reason, keep, by);
  }

  /** Stops asking for content, or goes on. */
  switchTo(pull: Pull, isPaused: boolean, by: Side): void {
    this.control.switchTo(pull, isPaused, by);
    if (!pull.isStuck) return;
    if (isPaused) this.#restPaused(pull);
    else inBackground(this.begin(pull), this.#parts.log);
  }

  /** The same from here; resolves when it holds. */
  async pause(pull: Pull, isPaused: boolean): Promise<void> {
    this.switchTo(pull, isPaused, 'here');
    await this.control.paused(pull, isPaused);
  }

  /** A pull has ended. */
  release(pull: Pull): void {
    this.#disks.release(pull);
  }
}
