import type { PeerView } from '../../shared/device.ts';

/** How to name a peer in a call: by its whole id where it is known, since names may repeat. */
export function peerRefOf(peer: Pick<PeerView, 'id' | 'shortId'>): string {
  return peer.id ?? peer.shortId;
}
