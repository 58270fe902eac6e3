import { setTimeout as delay } from 'node:timers/promises';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';

/** Time between two tries to reach the source of a waiting job. */
const RETRY_MS = 1_500;

/** A pull whose source has to be reached. */
export interface ReachingSource {
  readonly live: LiveJob;
  readonly sourceId: DeviceId;
  readonly addresses: readonly string[];
  isLooking: boolean;
}

/**
 * Links to the source of a job again; tries until there is a link, whoever made it, or the job ends. Its
 * destination need not wait to be found: it knows where the source was, which may know nothing of it any more.
 */
export async function reachSource(
  { links, signal, book, log, addressesOf, listening }: JobParts,
  receiving: ReachingSource,
): Promise<void> {
  if (receiving.isLooking) return;
  receiving.isLooking = true;
  await listening;
  const { live, sourceId } = receiving;
  const isWanted = () => !signal.aborted && book.get(live.key.job) === live && links.get(sourceId) === null;
  while (isWanted()) {
    const addresses = [...new Set([...receiving.addresses, ...addressesOf(sourceId)])];
    try {
      await links.open(sourceId, addresses, signal);
    } catch (error) {
      log('debug', 'peer-not-reached', { failure: toFailure(error).toData() });
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  receiving.isLooking = false;
}
