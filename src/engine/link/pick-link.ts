import type { DeviceId } from '../../shared/ids.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';

/** What of a link matters when there are two to the same peer. */
export interface Contender {
  readonly isDialled: boolean;
  readonly openedMs: number;
}

/**
 * Which of two links to the same peer stays; both devices come to the same answer.
 *
 * Nobody dials while it has a live link, so a second link means one of two things. Either both dialled at
 * once: then the one dialled by the smaller id stays. Or the dialler has lost the first one and we have not
 * noticed: then the new one stays. Dials end within the handshake timeout, so "at once" is told by the age of
 * the old link. (A restarted peer is told by its epoch, before this is asked.)
 */
export function isNewLinkKept(ownId: DeviceId, peerId: DeviceId, old: Contender, next: Contender): boolean {
  if (old.isDialled === next.isDialled) return true;
  const isOldBySmaller = old.isDialled === ownId < peerId;
  const isAtOnce = next.openedMs - old.openedMs < HANDSHAKE_TIMEOUT_MS;
  return !(isOldBySmaller && isAtOnce);
}
