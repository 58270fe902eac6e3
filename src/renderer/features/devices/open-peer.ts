import type { PeerView } from '../../../shared/device.ts';
import { openDialog, viewStore } from '../../store/view-store.ts';

/** Shows a device's own page. */
export function openPeerPage(shortId: string): void {
  viewStore.setState(({ view }) => ({
    selectedPeer: shortId,
    selectedJob: null,
    view: view === 'settings' ? 'transfers' : view,
  }));
}

/** What choosing a device does: who is not paired yet is paired first, unless something is wrong with it. */
export function choosePeer(peer: PeerView): void {
  if (!peer.paired && !peer.keyChanged) openDialog({ kind: 'pair', shortId: peer.shortId });
  else openPeerPage(peer.shortId);
}

/** Closes a device's page; the focus goes back to its tile, where that is on the screen. */
export function leavePeerPage(shortId: string): void {
  viewStore.setState({ selectedPeer: null });
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[data-region=nearby] [data-key="${CSS.escape(shortId)}"]`)?.focus();
  });
}
