import type { NetworkCaution } from '../../shared/device.ts';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import type { Log } from '../engine-options.ts';
import type { JobBook, LiveJob } from './job-book.ts';

/** How often it is seen whether a job that is held has another way by now. */
const LOOK_MS = 5_000;

interface GateParts {
  readonly ownId: DeviceId;
  readonly book: Pick<JobBook, 'get' | 'update' | 'listLive'>;
  /** Why a person is asked before much goes to a device as it is reached now; null: there is no reason. */
  readonly cautionTo: (peer: DeviceId) => NetworkCaution | null;
  /** Stops a job that somebody has accepted, or lets it go on. */
  readonly pause: (job: JobId, isPaused: boolean) => Promise<unknown>;
  /** Offers a job that nobody has heard of. False: it is none of those. */
  readonly offer: (job: JobId) => boolean;
  readonly log: Log;
}

/**
 * Holds copies that were ordered here while their way is metered or leads out of the house, until a person lets
 * them go or there is another way. Whether a job may go any way is one of its options, so it is asked once.
 */
export class NetworkGate {
  readonly #parts: GateParts;
  readonly #busy = new Set<JobId>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #cautionOf({ key, options, view }: LiveJob): NetworkCaution | null {
    if (options.anyNetwork !== false || key.orderer !== this.#parts.ownId || view.role === 'orderer') {
      return null;
    }
    return view.peer === null ? null : this.#parts.cautionTo(view.peer.id);
  }

  /** Whether a job is not to be offered now. It is shown, and offered later. */
  holds(live: LiveJob): boolean {
    const heldBy = this.#cautionOf(live);
    if (heldBy === null) return false;
    const held = { state: 'waiting', waitingFor: 'paused', pausedBy: 'here' } as const;
    this.#parts.book.update(live, { ...held, heldBy });
    return true;
  }

  /** Any job has changed: one that moves where it may not is stopped. */
  seen({ job, state }: JobView): void {
    if (state === 'preparing' || state === 'running') void this.#stop(job);
  }

  async #stop(job: JobId): Promise<void> {
    // Not while it is being told: the change that brought us here is not over.
    await Promise.resolve();
    const live = this.#parts.book.get(job);
    if (live === null || this.#busy.has(job)) return;
    const heldBy = this.#cautionOf(live);
    if (heldBy === null) return;
    await this.#alone(job, async () => {
      await this.#parts.pause(job, true);
      if (live.view.pausedBy === 'here') this.#parts.book.update(live, { heldBy });
    });
  }

  /** A person lets a held job go any way from now on. Whether it was held before anybody had heard of it. */
  release(live: LiveJob): boolean {
    if (live.view.heldBy === null) return false;
    this.#parts.book.update(live, { options: { ...live.options, anyNetwork: true } });
    return this.#offered(live);
  }

  #offered(live: LiveJob): boolean {
    return this.#parts.offer(live.key.job);
  }

  #look(): void {
    for (const live of this.#parts.book.listLive()) {
      const { heldBy, state } = live.view;
      if (heldBy === null || ENDED_STATES.has(state) || this.#cautionOf(live) !== null) continue;
      if (this.#offered(live)) continue;
      void this.#alone(live.key.job, () => this.#parts.pause(live.key.job, false));
    }
  }

  async #alone(job: JobId, work: () => Promise<unknown>): Promise<void> {
    if (this.#busy.has(job)) return;
    this.#busy.add(job);
    try {
      await work();
    } catch (error) {
      this.#parts.log('warn', 'network-gate', { failure: toFailure(error).toData() });
    } finally {
      this.#busy.delete(job);
    }
  }
}
