import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Identity } from '../identity/identity.ts';
import type { DataSocket } from './data-socket.ts';
import { type MeasureOrder, type MeasureReport, MeasureSession } from './measure-session.ts';
import type { FromDataWorker } from './worker-messages.ts';

/** The network tests a data worker runs. The owner calls `close`. */
export class WorkerMeasures {
  readonly #identity: Identity;
  readonly #post: (message: FromDataWorker) => void;
  readonly #sessions = new Map<JobId, { session: MeasureSession; sourceId: DeviceId }>();

  constructor(identity: Identity, post: (message: FromDataWorker) => void) {
    this.#identity = identity;
    this.#post = post;
  }

  start(order: MeasureOrder): void {
    const { job, sourceId } = order;
    if (this.#sessions.has(job)) return;
    const post = this.#post;
    const report: MeasureReport = {
      measured: (bytes, steps) => post({ kind: 'measured', job, bytes, steps: [...steps] }),
      unreachable: () => post({ kind: 'measure-unreachable', job }),
      ended: (steps, failure) => {
        this.#sessions.delete(job);
        post({ kind: 'measure-ended', job, steps, failure });
      },
    };
    const session = new MeasureSession(order, this.#identity, report);
    this.#sessions.set(job, { session, sourceId });
    session.start();
  }

  stop(job: JobId): void {
    this.#sessions.get(job)?.session.stop();
  }

  /** Takes a connection that the source of a test dialled; false when nobody waits for it. */
  adopt(route: string, peerId: DeviceId, socket: DataSocket): boolean {
    for (const [job, { session, sourceId }] of this.#sessions) {
      if (sourceId !== peerId || !job.startsWith(route)) continue;
      session.addSocket(socket);
      return true;
    }
    return false;
  }

  close(): void {
    for (const { session } of [...this.#sessions.values()]) session.stop();
  }
}
