import type { JobId } from '../../shared/ids.ts';
import { SharedReads } from '../source/shared-reads.ts';
import type { ServeGrant } from './worker-messages.ts';

/** How long what was read is kept for a job of the group that begins after all the others have ended. */
const LINGER_MS = 10_000;

interface ReadGroup {
  readonly reads: SharedReads;
  readonly jobs: Set<JobId>;
  lingering: NodeJS.Timeout | null;
}

/** What jobs that were ordered together have read, as long as there are any. The owner calls `close`. */
export class ReadGroups {
  readonly #groups = new Map<JobId, ReadGroup>();

  /** What a job shares with others; null: it was ordered alone, or with other things. */
  join({ job, group: id, page }: ServeGrant): SharedReads | null {
    if (id === undefined || page !== null) return null;
    const group = this.#groups.get(id) ?? { reads: new SharedReads(), jobs: new Set(), lingering: null };
    this.#groups.set(id, group);
    if (group.lingering !== null) clearTimeout(group.lingering);
    group.lingering = null;
    group.jobs.add(job);
    return group.reads;
  }

  leave({ job, group: id }: ServeGrant): void {
    const group = id === undefined ? undefined : this.#groups.get(id);
    if (id === undefined || group === undefined || !group.jobs.delete(job) || group.jobs.size > 0) return;
    group.lingering = setTimeout(() => this.#groups.delete(id), LINGER_MS);
    group.lingering.unref();
  }

  close(): void {
    for (const { lingering } of this.#groups.values()) if (lingering !== null) clearTimeout(lingering);
    this.#groups.clear();
  }
}
