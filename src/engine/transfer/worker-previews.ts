import { toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Identity } from '../identity/identity.ts';
import type { DataSocket } from './data-socket.ts';
import { type PreviewOrder, type PreviewReport, PullPreview } from './pull-preview.ts';
import type { FromDataWorker } from './worker-messages.ts';

/** The offers a data worker looks at. The owner calls `close`. */
export class WorkerPreviews {
  readonly #identity: Identity;
  readonly #post: (message: FromDataWorker) => void;
  readonly #previews = new Map<JobId, { preview: PullPreview; sourceId: DeviceId }>();

  constructor(identity: Identity, post: (message: FromDataWorker) => void) {
    this.#identity = identity;
    this.#post = post;
  }

  start(order: PreviewOrder): void {
    const { job, sourceId } = order;
    if (this.#previews.has(job)) return;
    const post = this.#post;
    const report: PreviewReport = {
      counted: (counts) => post({ kind: 'preview-counted', job, counts }),
      unreachable: () => post({ kind: 'preview-unreachable', job }),
      ended: (failure) => {
        this.#previews.delete(job);
        post({ kind: 'preview-ended', job, failure });
      },
    };
    try {
      const preview = new PullPreview(order, this.#identity, report);
      this.#previews.set(job, { preview, sourceId });
      preview.start();
    } catch (error) {
      report.ended(toFailure(error).toData());
    }
  }

  /** Ends the look at an offer; nothing when there is none. */
  stop(job: JobId): void {
    this.#previews.get(job)?.preview.stop();
  }

  /** Takes a connection that the source of an offer dialled; false when nobody waits for it. */
  adopt(route: string, peerId: DeviceId, socket: DataSocket): boolean {
    for (const [job, { preview, sourceId }] of this.#previews) {
      if (sourceId !== peerId || !job.startsWith(route)) continue;
      preview.addSocket(socket);
      return true;
    }
    return false;
  }

  close(): void {
    for (const { preview } of [...this.#previews.values()]) preview.stop();
  }
}
