import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobResult } from '../../shared/job.ts';
import { partPrefix } from '../disk/part-names.ts';
import type { Identity } from '../identity/identity.ts';
import type { DataAddress, DataSocket } from './data-socket.ts';
import { failedResult } from './failed-result.ts';
import type { PullOrder, PullReport, StopReason } from './pull-order.ts';
import { PullSession } from './pull-session.ts';
import type { FromDataWorker } from './worker-messages.ts';

/** The pulls a data worker runs. The owner calls `close`. */
export class WorkerPuller {
  readonly #identity: Identity;
  readonly #post: (message: FromDataWorker) => void;
  readonly #sessions = new Map<JobId, { session: PullSession; sourceId: DeviceId }>();
  #onIdle: (() => void) | null = null;
  /** Part names of running pulls, for walks in this worker. */
  readonly livePrefixes = new Set<string>();

  constructor(identity: Identity, post: (message: FromDataWorker) => void) {
    this.#identity = identity;
    this.#post = post;
  }

  start(order: PullOrder): void {
    const { job } = order;
    if (this.#sessions.has(job)) return;
    const post = this.#post;
    const report: PullReport = {
      state: (state, waitingFor) => post({ kind: 'pull-state', job, state, waitingFor }),
      progress: (progress) => post({ kind: 'pull-progress', job, progress }),
      parts: (paths) => post({ kind: 'pull-parts', job, paths }),
      unreachable: (failure) => post({ kind: 'pull-unreachable', job, failure }),
      ended: (result) => this.#ended(job, result),
    };
    try {
      const session = new PullSession(order, this.#identity, report);
      this.#sessions.set(job, { session, sourceId: order.sourceId });
      this.livePrefixes.add(partPrefix(job));
      session.start();
    } catch (error) {
      this.#ended(job, failedResult(toFailure(error)));
    }
  }

  #ended(job: JobId, result: JobResult): void {
    this.#sessions.delete(job);
    this.livePrefixes.delete(partPrefix(job));
    this.#post({ kind: 'pull-ended', job, result });
    if (this.#sessions.size === 0) this.#onIdle?.();
  }

  stop(job: JobId, reason: StopReason): void {
    this.#sessions.get(job)?.session.stop(reason);
  }

  /** Where else the source of a job may be reached. */
  readdress(job: JobId, addresses: readonly DataAddress[]): void {
    this.#sessions.get(job)?.session.readdress(addresses);
  }

  /** A connection that the source of a job dialled. @throws Failure `no-right` when nobody waits for it. */
  adopt(route: string, peerId: DeviceId, socket: DataSocket): void {
    for (const [job, { session, sourceId }] of this.#sessions) {
      if (sourceId !== peerId || !job.startsWith(route)) continue;
      session.addSocket(socket);
      return;
    }
    throw new Failure('no-right', { reason: 'no such pull' });
  }

  /** Interrupts all pulls; resolves when each has let go of its files and its end has been told. */
  async close(): Promise<void> {
    for (const { session } of [...this.#sessions.values()]) session.stop('interrupted');
    if (this.#sessions.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
