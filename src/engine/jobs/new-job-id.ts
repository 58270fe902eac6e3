import { randomBytes } from 'node:crypto';
import type { JobId } from '../../shared/ids.ts';
import type { WorkerPool } from '../transfer/worker-pool.ts';

/**
 * The id of a new job of a source. Data connections find their worker by it, so that of a job that was ordered
 * together with others is drawn until it leads to the worker of those: one of few, and what is read is shared there.
 */
export function newJobId(pool: Pick<WorkerPool, 'areTogether'>, group: JobId | null): JobId {
  for (;;) {
    const job = randomBytes(16).toString('hex') as JobId;
    if (group === null || pool.areTogether(job, group)) return job;
  }
}
