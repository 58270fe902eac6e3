import type { PeerView } from '../shared/device.ts';
import type { PairedPeer } from './discovery/peer-row.ts';
import { formatAddress } from './link/address.ts';
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
