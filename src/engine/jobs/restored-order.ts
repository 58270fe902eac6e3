import { Failure, toFailure } from '../../shared/failure.ts';
import type { ShareBook } from '../shares/share-book.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { JobRecord } from '../state/records.ts';
import { failedResult } from '../transfer/failed-result.ts';
import { storedPullOf } from './destination-records.ts';
import type { JobParts } from './job-parts.ts';
import { endsOf } from './order-ends.ts';
import { type StoredOrder, storedOrderOf } from './order-records.ts';
import type { ReceivingJobs } from './receiving.ts';
import { itemOfPath, pieceOf } from './selected-items.ts';
import type { SendingJobs } from './sending.ts';
import { givenSending, orderedSending } from './sending-job.ts';
import { toShareItems } from './shared-items.ts';
import { takeUpPull } from './take-up.ts';

type Parts = JobParts & { readonly shares: ShareBook };

interface Jobs {
  readonly sending: SendingJobs;
  readonly receiving: ReceivingJobs;
}

/**
 * Takes up an order that had not ended when the last engine of this home did. Rights are judged anew: one that is
 * gone ends the job. Resting, whoever comes for it is told to come again later. False where it cannot be taken up.
 * @throws Failure of the state.
 */
export async function restoreOrder(
  parts: Parts,
  jobs: Jobs,
  record: JobRecord,
  isResting: boolean,
): Promise<boolean> {
  try {
    const stored = storedOrderOf(record.resume);
    if (stored !== null) return await restoreSent(parts, jobs.sending, record, stored, isResting);
    if (isResting || storedPullOf(record.resume) === null) return false;
    const ends = await endsOf({ shares: parts.shares, ownId: parts.ownId }, record);
    return await takeUpPull(parts, jobs.receiving, record, ends);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'no-right' && failure.code !== 'no-such-path') throw failure;
    parts.log('warn', 'order-revoked', { peer: record.orderer, job: record.job, code: failure.code });
    await endStored(parts, record, failure);
    return false;
  }
}

async function restoreSent(
  parts: Parts,
  sending: SendingJobs,
  record: JobRecord,
  { order, secret }: StoredOrder,
  isResting: boolean,
): Promise<boolean> {
  const { state, book, pool } = parts;
  const { orderer, job, options, view } = record;
  const pullerId = view.peer?.id;
  if (pullerId === undefined) return false;
  if (order.kind === 'elsewhere') {
    if (isResting || secret === null) return false;
    const chosen = { items: [], inspected: [], page: null };
    sending.takeUp(orderedSending(book.adopt(record), chosen, options, { order, secret }, true), pullerId);
    return true;
  }
  const [grant] = await state.grants.listByJob({ orderer, job });
  if (grant === undefined) throw new Failure('no-right', { reason: 'the right is over' });
  const { secretHash } = grant;
  if (isResting) {
    const rest = { job, secretHash, pullerId, items: [], page: null, isResting };
    pool.post(job, { kind: 'serve', grant: { ...rest, limitBytesPerSecond: null } });
    return true;
  }
  const items: readonly SelectedItem[] =
    order.kind === 'given'
      ? await toShareItems(parts.shares, orderer, order.items)
      : grant.roots.map((path) => ({
          ...itemOfPath(path),
          ...(order.as === null ? {} : { as: order.as }),
          range: pieceOf(options),
        }));
  const chosen = { items, inspected: await pool.inspect(items).catch(() => []), page: null };
  const live = book.adopt(record);
  const isOurs = order.kind === 'into' && secret !== null;
  const restored = isOurs
    ? orderedSending(live, chosen, options, { order, secret }, true)
    : givenSending(live, chosen, options, { order, secretHash });
  sending.takeUp(restored, pullerId);
  return true;
}

/** A job that nobody drives any more ends as it is stored. */
async function endStored({ state }: Parts, { orderer, job }: JobRecord, failure: Failure): Promise<void> {
  const result = failedResult(failure);
  const nowMs = Date.now();
  const ended = { state: result.state, waitingFor: null, pausedBy: null, result } as const;
  await state.jobs.update({ orderer, job }, { ...ended, sinceMs: nowMs, updatedMs: nowMs });
  await state.grants.revokeByJob({ orderer, job });
}
