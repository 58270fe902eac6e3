import type { Address, PeerView } from '../shared/device.ts';
import { Failure } from '../shared/failure.ts';
import type { PeerTable } from './discovery/peer-table.ts';
import { parseAddress } from './link/address.ts';
import type { Links } from './link/links.ts';

/**
 * Looks who answers at an address a person typed, and lists that device, unpaired too. Nothing is told or asked
 * beyond the hello, and a link that was opened for it is closed again.
 * @throws Failure `usage` (no address, or this device), `unreachable`, `not-ferry`, `timeout` and others.
 */
export async function addPeer(
  { links, table }: { readonly links: Links; readonly table: PeerTable },
  address: Address,
  signal: AbortSignal,
): Promise<PeerView> {
  const at = parseAddress(address);
  const startedMs = performance.now();
  const link = await links.openByAddress(address, signal);
  const { name, device: kind } = link.peerHello;
  const view = table.met(link.peerId, { name, kind }, at);
  // One that was there before may be in the middle of a pairing.
  if (link.state === 'guest' && link.openedMs >= startedMs) link.close();
  if (view === null) throw new Failure('usage', { subject: address, reason: 'too many devices' });
  return view;
}
