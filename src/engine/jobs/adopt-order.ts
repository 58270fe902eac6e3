import { toFailure } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import type { ShareBook } from '../shares/share-book.ts';
import type { JobRecord } from '../state/records.ts';
import { storedPullOf } from './destination-records.ts';
import type { JobParts } from './job-parts.ts';
import type { ReceivingJobs } from './receiving.ts';
import { restoreOrder } from './restored-order.ts';
import type { SendingJobs } from './sending.ts';

/**
 * The job that waits for the same order: the same places, with the same wishes. It goes on; null where there is
 * none. @throws Failure of the state.
 */
export async function adoptOrder(
  parts: JobParts & { readonly shares: ShareBook },
  jobs: { readonly sending: SendingJobs; readonly receiving: ReceivingJobs },
  fingerprint: string,
): Promise<JobView | null> {
  const { state, book, ownId, log } = parts;
  const record = (await state.jobs.listOpen()).find(
    (stored) => stored.orderer === ownId && fingerprintIn(stored) === fingerprint,
  );
  if (record === undefined) return null;
  const { job } = record;
  if (book.get(job) === null && !(await restoreOrder(parts, jobs, record, false))) return null;
  const live = book.get(job);
  // One that moves is somebody else's order.
  if (live === null || live.view.state !== 'waiting') return null;
  if (live.view.pausedBy !== null) {
    const resumed = jobs.sending.has(job) ? jobs.sending.pause(job, false) : jobs.receiving.pause(job, false);
    void resumed.catch((error: unknown) => {
      log('debug', 'job-not-resumed', { failure: toFailure(error).toData() });
    });
  }
  return live.view;
}

function fingerprintIn({ resume, view }: JobRecord): string | null {
  if (view.between === null || typeof resume !== 'object' || resume === null) return null;
  if ('fingerprint' in resume) return typeof resume.fingerprint === 'string' ? resume.fingerprint : null;
  return storedPullOf(resume)?.codeHash ?? null;
}
