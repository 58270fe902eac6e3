import { Failure } from '../../shared/failure.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import type { Link } from './link.ts';

/** An unpaired device may stay this long without having been admitted to anything: a pairing lasts 120 s. */
const GUEST_LIFE_MS = 150_000;

/**
 * Ends a link of an unpaired peer that does nothing: one that dialled in and says nothing after the hello, and
 * any that has come to nothing when every pairing would be over.
 */
export function watchGuest(link: Link): void {
  if (link.state !== 'guest') return;
  const expire = () => {
    if (link.state === 'guest') link.close(new Failure('timeout', { reason: 'idle guest' }));
  };
  const life = setTimeout(expire, GUEST_LIFE_MS);
  const firstMessage = link.isDialled ? undefined : setTimeout(expire, HANDSHAKE_TIMEOUT_MS);
  const off = link.onMessage(() => {
    clearTimeout(firstMessage);
    off();
  });
  void link.closed.then(() => {
    clearTimeout(life);
    clearTimeout(firstMessage);
  });
}
