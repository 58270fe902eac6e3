import { useState } from 'react';
import type { PairingView } from '../../../shared/device.ts';
import type { PairingId } from '../../../shared/ids.ts';
import { useEngine } from '../../store/app-context.ts';

export interface FollowedPairing {
  /** The comparison on the screen, until it is let go; from either side. */
  readonly pairing: PairingView | null;
  readonly letGo: () => void;
}

function isComparing({ code, state }: PairingView): boolean {
  return code !== null && (state === 'comparing' || state === 'confirmed-here');
}

/** Takes up the comparison that runs and stays with it to its end, whoever began it. */
export function useFollowedPairing(): FollowedPairing {
  const pairings = useEngine((state) => state.pairings);
  const [followed, setFollowed] = useState<PairingId | null>(null);
  if (followed === null) {
    const running = Object.values(pairings).find(isComparing);
    if (running !== undefined) setFollowed(running.pairing);
  }
  return {
    pairing: followed === null ? null : (pairings[followed] ?? null),
    letGo: () => setFollowed(null),
  };
}
