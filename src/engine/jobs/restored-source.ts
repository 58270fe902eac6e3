import type { CopyOptions } from '../../shared/copy-options.ts';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { JobView } from '../../shared/job.ts';
import type { JobRecord } from '../state/records.ts';
import type { JobParts } from './job-parts.ts';
import { withStoredOnly } from './repeated-selection.ts';
import { itemOfPath, pathOfItem, toSelectedItems } from './selected-items.ts';
import type { SendingJobs } from './sending.ts';
import { newSecret, restoredSending } from './sending-job.ts';

/** As long as a grant lasts without contact from its holder, see state/operations/grant-operations.ts. */
const SILENT_GRANT_MS = 30 * 24 * 3_600_000;

/**
 * Takes up a stored job that this device is the source of, its grant with it: its destination is asked how it
 * goes. Resting, whoever comes for it is told to come again later. False where the grant is over, or a page
 * held the files. @throws Failure of the state.
 */
export async function restoreSource(
  { state, pool, book, peers }: Pick<JobParts, 'state' | 'pool' | 'book' | 'peers'>,
  sending: SendingJobs,
  record: JobRecord,
  isResting: boolean,
): Promise<boolean> {
  const { orderer, job, view, options } = record;
  if (view.sourceKind !== 'disk') return false;
  const [stored] = await state.grants.listByJob({ orderer, job });
  const grant = stored ?? withoutGrant(record, peers);
  if (grant === null) return false;
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
 * What stands in for a grant that is over, or that a crash has taken: nobody can show its secret, but a paired
 * destination is asked how the job goes and, where it needs one, gets another. Null for a job nobody has asked
 * about for as long as grants last.
 */
function withoutGrant({ view, resume }: JobRecord, peers: JobParts['peers']) {
  const isOver = Date.now() - view.updatedMs > SILENT_GRANT_MS;
  if (isOver || view.peer === null || !peers.has(view.peer.id)) return null;
  const items = typeof resume === 'object' && resume !== null && 'items' in resume ? resume.items : null;
  if (!Array.isArray(items) || items.length === 0) return null;
  const roots = items.map((item) => Buffer.from(String(item), 'base64'));
  return { puller: view.peer.id, secretHash: newSecret().secretHash, roots };
}

/**
 * The job that waits for the same order: the same files for the same device, with the same wishes. It goes on;
 * null where there is none. @throws Failure `usage`, and of the state.
 */
export async function adoptSource(
  parts: Pick<JobParts, 'state' | 'pool' | 'book' | 'log' | 'peers'>,
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
