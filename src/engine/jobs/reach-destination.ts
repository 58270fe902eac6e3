import { setTimeout as delay } from 'node:timers/promises';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';

/** Time between two tries to reach the destination of a waiting job. */
const RETRY_MS = 1_500;

/** A job whose destination has to be reached. */
export interface Reaching {
  readonly live: LiveJob;
  isLooking: boolean;
  /** When the destination was reached last, monotonic ms. */
  reachedMs: number;
}

/** Links to the destination of a job; tries until the job ends. Nothing where that is under way. */
export async function reachDestination(
  parts: JobParts,
  sending: Reaching,
  pullerId: DeviceId,
  events: { readonly onLink: (link: Link) => void; readonly onAway: () => void },
): Promise<void> {
  if (sending.isLooking) return;
  sending.isLooking = true;
  const { links, signal, book } = parts;
  const { live } = sending;
  // A destination that takes the link and drops it again must not be dialled without a pause.
  const restMs = sending.reachedMs + RETRY_MS - performance.now();
  if (restMs > 0) await delay(restMs, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted && book.get(live.key.job) === live) {
    try {
      const link = await links.open(pullerId, parts.addressesOf(pullerId), signal);
      sending.reachedMs = performance.now();
      events.onLink(link);
      // One that ended meanwhile is nobody's news: it is not told while this looks.
      if (!link.isClosed) break;
    } catch (error) {
      parts.log('debug', 'peer-not-reached', { failure: toFailure(error).toData() });
      events.onAway();
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  sending.isLooking = false;
}
