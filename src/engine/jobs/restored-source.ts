import type { CopyOptions } from '../../shared/copy-options.ts';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { JobView } from '../../shared/job.ts';
import type { JobRecord } from '../state/records.ts';
import type { JobParts } from './job-parts.ts';
import { withStoredOnly } from './repeated-selection.ts';
import { itemOfPath, pathOfItem, toSelectedItems } from './selected-items.ts';
import type { SendingJobs } from './sending.ts';
import { restoredSending } from './sending-job.ts';

/**
 * Takes up a stored job that this device is the source of, its grant with it: its destination is asked how it
 * goes. Resting, whoever comes for it is told to come again later. False where the grant is over, or a page
 * held the files. @throws Failure of the state.
 */
export async function restoreSource(
  { state, pool, book }: Pick<JobParts, 'state' | 'pool' | 'book'>,
  sending: SendingJobs,
  record: JobRecord,
  isResting: boolean,
): Promise<boolean> {
  const { orderer, job, view, options } = record;
  const [grant] = await state.grants.listByJob({ orderer, job });
  if (grant === undefined || view.sourceKind !== 'disk') return false;
  const items = withStoredOnly(grant.roots.map(itemOfPath), record.resume);
  const { puller: pullerId, secretHash } = grant;
  if (isResting) {
    const { limitBytesPerSecond } = options;
    const rest = { job, secretHash, pullerId, items, page: null, limitBytesPerSecond, isResting };
    pool.post(job, { kind: 'serve', grant: rest });
    return true;
  }
  // What is gone meanwhile is told when it is listed; here it is only for what an offer says.
  const inspected = await pool.inspect(items).catch(() => []);
  const chosen = { items, inspected, page: null };
  const restored = restoredSending(book.adopt(record), chosen, options, grant);
  sending.takeUp(restored, pullerId);
  return true;
}

/**
 * The job that waits for the same order: the same files for the same device, with the same wishes. It goes on;
 * null where there is none. @throws Failure `usage`, and of the state.
 */
export async function adoptSource(
  parts: Pick<JobParts, 'state' | 'pool' | 'book' | 'log'>,
  sending: SendingJobs,
  paths: readonly string[],
  peer: { readonly id: DeviceId },
  options: CopyOptions,
): Promise<JobView | null> {
  const stored = findSameOrder(await parts.state.jobs.listOpen(), paths, peer.id, options);
  if (stored === null) return null;
  const { limitBytesPerSecond } = options;
  const record = { ...stored, options: { ...stored.options, limitBytesPerSecond } };
  const { job } = record;
  const isThere = parts.book.get(job) !== null || (await restoreSource(parts, sending, record, false));
  const live = parts.book.get(job);
  // One that moves is somebody else's order.
  if (!isThere || live === null || live.view.state !== 'waiting') return null;
  if (live.view.pausedBy !== null) {
    void sending.pause(job, false).catch((error: unknown) => {
      parts.log('warn', 'job-not-resumed', { failure: toFailure(error).toData() });
    });
  }
  return live.view;
}

function findSameOrder(
  records: readonly JobRecord[],
  paths: readonly string[],
  peerId: DeviceId,
  options: CopyOptions,
): JobRecord | null {
  if (options.dryRun) return null;
  const items = JSON.stringify(toSelectedItems(paths).map((item) => pathOfItem(item).toString('base64')));
  const wishes = wishesOf(options);
  const isSame = ({ view, resume, options: theirs }: JobRecord) => {
    if (view.between !== null) return false;
    if (view.role !== 'source' || view.state !== 'waiting' || view.peer?.id !== peerId) return false;
    if (typeof resume !== 'object' || resume === null || !('items' in resume)) return false;
    return JSON.stringify(resume.items) === items && wishesOf(theirs) === wishes;
  };
  return records.find(isSame) ?? null;
}

/** Wishes that change what comes out; how fast it goes is another matter. */
function wishesOf({ onConflict, checksum, verify, dryRun }: CopyOptions): string {
  return JSON.stringify([onConflict, checksum, verify, dryRun]);
}
