import type { Address, NetworkCaution, PeerView } from '../shared/device.ts';
import type { PairedPeer } from './discovery/peer-row.ts';
import { formatAddress } from './link/address.ts';
import type { Link } from './link/link.ts';
import type { Links } from './link/links.ts';
import type { NetworkPaths } from './network/path-to.ts';
import type { PeerRecord } from './state/records.ts';

/** A stored peer as the table of peers wants it. */
export function toPairedPeer({ acceptAlways, ...peer }: PeerRecord): PairedPeer {
  return { ...peer, rule: acceptAlways };
}

/** The view of a peer with how it is reached, which the table of peers does not know. */
export function withPath(view: PeerView, links: Links, paths: NetworkPaths): PeerView {
  const link = view.id === null ? null : links.get(view.id);
  const address =
    link === null ? view.addresses[0] : formatAddress({ host: link.remoteHost, port: link.remotePort });
  if (!view.online || address === undefined) return view;
  return { ...view, path: paths.pathTo(address) };
}

/** Why a person is asked before much goes to a device: as it is linked, else if no address of it goes without. */
export function cautionTo(
  link: Link | null,
  addresses: readonly Address[],
  paths: NetworkPaths,
): NetworkCaution | null {
  const known = link === null ? addresses : [formatAddress({ host: link.remoteHost, port: link.remotePort })];
  const cautions = known.map((address) => paths.pathTo(address)?.caution ?? null);
  return cautions.includes(null) ? null : (cautions[0] ?? null);
}
