import type { PeerView } from '../../shared/device.ts';
import { cleanDeviceName } from '../../shared/device-name.ts';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';
import type { CallParts, HandlersOf } from './call-parts.ts';

/** Other devices: what is known of them, pairing, trust. */
export function createPeerCalls(parts: CallParts): HandlersOf<'peers' | 'invite' | 'pair'> {
  const { sending, receiving, offers, pairings, peers, invites, links } = parts;

  function peerView(id: DeviceId): PeerView {
    const view = parts.listPeers().find((peer) => peer.id === id);
    if (view === undefined) throw new Failure('unknown-peer', { subject: shortIdOf(id) });
    return view;
  }

  return {
    'peers.list': async () => parts.listPeers(),
    'peers.trust': async ({ peer, trust }) => {
      const { id } = peers.find(peer);
      await peers.setTrust(id, trust);
      parts.orders.recheck();
      return peerView(id);
    },
    'peers.unpair': async ({ peer }) => {
      const { id } = peers.find(peer);
      const view = peerView(id);
      await peers.remove(id);
      links.disconnect(id);
      parts.orders.recheck();
      offers.revoke(id);
      receiving.revoke(id);
      await sending.revoke(id);
      return { ...view, paired: false, trust: 'none' };
    },
    'invite.create': async ({ trust }) => {
      const { code, expiresMs } = invites.create(trust);
      return { code, expires: expiresMs, addresses: parts.device().addresses };
    },
    'invite.join': async ({ address, code }, signal) => {
      const { id } = await invites.join(address, code, signal);
      return peerView(id);
    },
    'pair.open': async () => pairings.openWindow(),
    'pair.start': async ({ target }, signal) => {
      const link = await openTarget(parts, target, signal);
      return await pairings.start(link, signal);
    },
    'pair.confirm': async ({ pairing, matches }) => await pairings.confirm(pairing, matches),
    'pair.close': async () => {
      pairings.closeWindow();
      return parts.device();
    },
    'peers.rename': async ({ peer, name }) => {
      const { id } = peers.find(peer);
      await peers.rename(id, cleanDeviceName(name));
      return peerView(id);
    },
    'peers.setRule': async ({ peer, rule }) => {
      const { id } = peers.find(peer);
      const into = rule === null ? null : await parts.places.resolve(rule.into);
      const { maxBytes = null, hours = null } = rule ?? {};
      await peers.setAcceptAlways(id, into === null ? null : { into, maxBytes, hours });
      return peerView(id);
    },
    'peers.add': async ({ address }, signal) => await parts.addPeer(address, signal),
    'peers.keepBlocked': async ({ peer }) => {
      const record = peers.find(peer);
      await parts.keepBlocked(record);
      return peerView(record.id);
    },
  };
}

/** A link to somebody to pair with: a name or id seen on the network, else an address. */
async function openTarget(parts: CallParts, target: string, signal: AbortSignal) {
  const wanted = target.toLowerCase();
  const seen = parts
    .listPeers()
    .filter(
      (peer) => peer.name.toLowerCase() === wanted || (wanted.length >= 4 && peer.shortId.startsWith(wanted)),
    );
  if (seen.length > 1) throw new Failure('ambiguous', { subject: target });
  const peer = seen[0];
  if (peer === undefined) return await parts.links.openByAddress(target, signal);
  if (peer.id !== null) return await parts.links.open(peer.id, peer.addresses, signal);
  const [address] = peer.addresses;
  if (address === undefined) throw new Failure('unreachable', { subject: target });
  return await parts.links.openByAddress(address, signal, { expectShortId: peer.shortId });
}
