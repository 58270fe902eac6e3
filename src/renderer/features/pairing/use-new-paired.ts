import { useState } from 'react';
import type { PeerView } from '../../../shared/device.ts';
import { useEngine } from '../../store/app-context.ts';

function pairedOf(peers: Readonly<Record<string, PeerView>>): ReadonlySet<string> {
  return new Set(
    Object.values(peers)
      .filter((peer) => peer.paired)
      .map((peer) => peer.shortId),
  );
}

/** A device that was paired after this screen came up; null until one is. */
export function useNewPaired(): PeerView | null {
  const peers = useEngine((state) => state.peers);
  const [before] = useState(() => pairedOf(peers));
  return Object.values(peers).find((peer) => peer.paired && !before.has(peer.shortId)) ?? null;
}
