import type { PeerView } from '../../../shared/device.ts';

/** From so many devices on they are parted and can be searched. */
export const MANY_PEERS = 12;

export interface PeerGroup {
  readonly kind: 'all' | 'paired' | 'others';
  readonly peers: readonly PeerView[];
}

/**
 * The devices of the rail: one list while they are few, else those that are paired before the others. Only pairing
 * moves one from group to group, so nothing changes its place by itself.
 * @param query letters of a name or address, whatever their case.
 */
export function groupPeers(peers: readonly PeerView[], query: string): readonly PeerGroup[] {
  if (peers.length < MANY_PEERS) return [{ kind: 'all', peers }];
  const wanted = query.trim().toLocaleLowerCase();
  const found = peers.filter(
    ({ name, addresses, shortId }) =>
      name.toLocaleLowerCase().includes(wanted) ||
      shortId.startsWith(wanted) ||
      addresses.some((address) => address.includes(wanted)),
  );
  const groups: readonly PeerGroup[] = [
    { kind: 'paired', peers: found.filter(({ paired }) => paired) },
    { kind: 'others', peers: found.filter(({ paired }) => !paired) },
  ];
  return groups.filter((group) => group.peers.length > 0);
}
