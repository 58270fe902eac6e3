import type { PeerView } from '../shared/device.ts';
import { escapeText } from '../shared/escape.ts';

/** Characters of an id that a person is shown. */
const SHORT_ID = 12;

function trustText(peer: PeerView): string {
  if (!peer.paired) return 'not paired';
  return peer.trust === 'mine' ? 'mine' : 'paired';
}

/** One row of the list of peers. */
export function peerRow(peer: PeerView): string[] {
  return [
    escapeText(peer.name),
    peer.online ? 'online' : 'offline',
    trustText(peer),
    escapeText((peer.id ?? peer.shortId).slice(0, SHORT_ID)),
    peer.addresses.map(escapeText).join(' '),
  ];
}
