import type { DeviceId, JobId } from '../../shared/ids.ts';
import { PREVIEW_LIMITS, type PreviewCounts, type PreviewOrder } from '../transfer/pull-preview.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import type { LinkMessageOf } from '../wire/control-messages.ts';
import type { JobParts } from './job-parts.ts';
import { addressesOf } from './source-addresses.ts';

/** Offers that are looked at at once; of one peer it is one at a time. */
const MAX_AT_ONCE = 2;
/** A look whose data worker says nothing more is over after this. */
const LOST_AFTER_MS = PREVIEW_LIMITS.ms + 5_000;

/** Hears of a look; nothing after `onEnded`, and nothing once it was stopped. */
export interface PreviewWatcher {
  onCounted(counts: PreviewCounts): void;
  /** No more can be known, for whatever reason. */
  onEnded(): void;
}

interface Look {
  readonly message: LinkMessageOf<'offer'>;
  readonly sourceId: DeviceId;
  readonly into: string;
  readonly watcher: PreviewWatcher;
}

/**
 * Looks at what is offered while it waits for an answer: how much it is, and what is there already. In turn,
 * since it costs both devices a walk through all of it. It is a help and no more: when it fails, it ends.
 */
export class OfferPreviews {
  readonly #parts: Pick<JobParts, 'pool' | 'links'>;
  readonly #waiting = new Map<JobId, Look>();
  readonly #running = new Map<JobId, Look & { readonly timer: NodeJS.Timeout }>();

  constructor(parts: Pick<JobParts, 'pool' | 'links'>) {
    this.#parts = parts;
  }

  /** Looks at an offer that would go to `into`, when it is its turn. */
  start(message: LinkMessageOf<'offer'>, sourceId: DeviceId, into: string, watcher: PreviewWatcher): void {
    const { job } = message;
    if (this.#running.has(job) || this.#waiting.has(job)) return;
    this.#waiting.set(job, { message, sourceId, into, watcher });
    this.#next();
  }

  /** No longer interesting. */
  stop(job: JobId): void {
    this.#waiting.delete(job);
    const look = this.#running.get(job);
    if (look === undefined) return;
    clearTimeout(look.timer);
    this.#running.delete(job);
    this.#parts.pool.post(job, { kind: 'stop-preview', job });
    this.#next();
  }

  stopAll(): void {
    this.#waiting.clear();
    for (const job of [...this.#running.keys()]) this.stop(job);
  }

  /** What the data worker tells; true when it is about a look. */
  report(report: WorkerReport): boolean {
    switch (report.kind) {
      case 'preview-counted':
        this.#running.get(report.job)?.watcher.onCounted(report.counts);
        return true;
      case 'preview-unreachable':
        this.#askToBeDialled(report.job);
        return true;
      case 'preview-ended':
        this.#ended(report.job);
        return true;
      default:
        return false;
    }
  }

  #ended(job: JobId): void {
    const look = this.#running.get(job);
    if (look === undefined) return;
    clearTimeout(look.timer);
    this.#running.delete(job);
    look.watcher.onEnded();
    this.#next();
  }

  #next(): void {
    for (const [job, look] of this.#waiting) {
      if (this.#running.size >= MAX_AT_ONCE) return;
      const isPeerBusy = [...this.#running.values()].some(({ sourceId }) => sourceId === look.sourceId);
      if (isPeerBusy) continue;
      this.#waiting.delete(job);
      this.#begin(job, look);
    }
  }

  #begin(job: JobId, look: Look): void {
    const timer = setTimeout(() => {
      this.#parts.pool.post(job, { kind: 'stop-preview', job });
      this.#ended(job);
    }, LOST_AFTER_MS);
    this.#running.set(job, { ...look, timer });
    const link = this.#parts.links.get(look.sourceId);
    if (link === null) {
      // It offers again when it is back.
      this.#ended(job);
      return;
    }
    const { secret, items, itemCount, dataPort } = look.message;
    const order: PreviewOrder = {
      job,
      secret,
      sourceId: look.sourceId,
      addresses: addressesOf(link, dataPort),
      offered: { names: items.map(({ name }) => name), count: itemCount },
      into: Buffer.from(look.into),
      orderedMs: Date.now(),
    };
    this.#parts.pool.post(job, { kind: 'preview', order });
  }

  #askToBeDialled(job: JobId): void {
    const look = this.#running.get(job);
    const link = look === undefined ? null : this.#parts.links.get(look.sourceId);
    // It is asked again, as long as there is no connection.
    link?.tell({ kind: 'dial-me', job, streams: 1 });
  }
}
