import { Failure } from '../shared/failure.ts';
import type { PeerTable } from './discovery/peer-table.ts';

/** A device that waits with a code announces itself at once; this covers slow networks. */
const SEARCH_MS = 12_000;

/**
 * Addresses where the device with this short id is seen, waiting until it is.
 * @throws Failure `unknown-peer` when it is not seen in time, `cancelled`.
 */
export function findByShortId(
  table: PeerTable,
  shortId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const look = () => table.list().find((peer) => peer.shortId === shortId)?.addresses ?? [];
  if (look().length > 0) return Promise.resolve(look());
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      stop.abort();
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const timer = setTimeout(
      () => settle(() => reject(new Failure('unknown-peer', { subject: shortId, reason: 'not seen' }))),
      SEARCH_MS,
    );
    const onAbort = () => settle(() => reject(new Failure('cancelled')));
    signal.addEventListener('abort', onAbort, { once: true });
    table.subscribe(() => {
      if (look().length > 0) settle(() => resolve(look()));
    }, stop.signal);
  });
}
