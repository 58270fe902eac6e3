import { useMemo } from 'react';
import type { PairingView, PeerView } from '../../../shared/device.ts';
import { useLanguage } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';

/** Everyone who is known or seen, by name; the order changes with a name only. */
export function usePeers(): readonly PeerView[] {
  const peers = useEngine((state) => state.peers);
  const locale = useLanguage();
  return useMemo(() => {
    const byName = new Intl.Collator(locale, { numeric: true });
    return Object.values(peers).toSorted(
      (one, other) => byName.compare(one.name, other.name) || (one.shortId < other.shortId ? -1 : 1),
    );
  }, [peers, locale]);
}

/** The pairing that runs with `peer`, if one does. */
export function useRunningPairing(peer: PeerView): PairingView | null {
  return useEngine(
    ({ pairings }) =>
      Object.values(pairings).find(
        (pairing) =>
          (pairing.state === 'comparing' || pairing.state === 'confirmed-here') &&
          pairing.peer !== null &&
          pairing.peer.id === peer.id,
      ) ?? null,
  );
}
