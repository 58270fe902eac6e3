import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Address, PeerView } from '../../shared/device.ts';
import type { DoctorFinding } from '../../shared/doctor.ts';
import { Failure, type FailureCode, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';
import { formatAddress, type HostPort, parseAddress } from '../link/address.ts';
import type { CheckContext, Found } from './doctor-parts.ts';
import { type KnockResult, knock } from './knock.ts';

/** The steps together stay below 3 s. */
const LOOKUP_MS = 700;
const KNOCK_MS = 1_200;
const HANDSHAKE_MS = 600;
const HELLO_MS = 400;
const MAX_ADDRESSES = 8;
const MIN_ID_LENGTH = 4;

/** Which outcome says most when several addresses fail in different ways; later is better. */
const TELLING: readonly KnockResult['outcome'][] = ['failed', 'silent', 'no-route', 'refused'];

const BY_CODE: Readonly<Partial<Record<FailureCode, DoctorFinding<'peer'>>>> = {
  'not-ferry': 'not-ferry',
  'wrong-device': 'wrong-device',
  'older-peer': 'older',
  'newer-peer': 'newer',
};

/** What is to be looked at. */
interface Target {
  /** The known peer; null is somebody at an address. */
  readonly peer: PeerView | null;
  readonly addresses: readonly HostPort[];
}

/** Goes the whole way to one device, and tells where it ends: known, resolved, TCP, TLS, hello. */
export async function checkPeer(context: CheckContext): Promise<Found<'peer'>> {
  const { parts, target, signal } = context;
  if (target === null) return { finding: 'no-target' };
  const found = await findTarget(context, target);
  if ('finding' in found) return found;
  const { peer } = found;
  if (peer !== null && peer.id !== null) {
    const link = parts.links.get(peer.id);
    if (link !== null) {
      const address = formatAddress({ host: link.remoteHost, port: link.remotePort });
      return { finding: 'linked', subjects: [peer.name, address] };
    }
  }
  const knocked = await Promise.all(
    found.addresses.slice(0, MAX_ADDRESSES).map(async (address) => ({
      address,
      result: await knock(address.host, address.port, KNOCK_MS, signal),
    })),
  );
  const open = knocked.find(({ result }) => result.outcome === 'open');
  if (open === undefined) return tellClosed(peer, knocked);
  return await greetAt(context, peer, formatAddress(open.address));
}

async function findTarget({ parts, signal }: CheckContext, target: string): Promise<Target | Found<'peer'>> {
  const wanted = target.toLowerCase();
  const isMeant = (peer: PeerView): boolean =>
    peer.name.toLowerCase() === wanted ||
    (wanted.length >= MIN_ID_LENGTH &&
      (peer.shortId.startsWith(wanted) || peer.id?.startsWith(wanted) === true));
  const matching = parts.listPeers().filter(isMeant);
  // A paired device keeps its name, whoever else calls himself so.
  const paired = matching.filter((peer) => peer.paired);
  const peers = paired.length > 0 ? paired : matching;
  if (peers.length > 1) return { finding: 'ambiguous', subjects: [target] };
  const [peer] = peers;
  if (peer !== undefined) {
    const addresses = peer.addresses.map(parseAddress);
    if (addresses.length > 0) return { peer, addresses };
    return { finding: peer.announcedName === null ? 'away' : 'no-address', subjects: [peer.name] };
  }
  return await findAddress(target, signal);
}

async function findAddress(target: string, signal: AbortSignal): Promise<Target | Found<'peer'>> {
  const startedMs = performance.now();
  try {
    const { host, port } = parseAddress(target);
    if (isIP(host.split('%')[0] ?? '') !== 0) return { peer: null, addresses: [{ host, port }] };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_MS)]);
    const late = delay(LOOKUP_MS, [], { signal: limit });
    const hosts = await Promise.race([lookup(host, { all: true }), late]).catch(() => []);
    late.catch(() => undefined);
    if (hosts.length > 0) {
      return { peer: null, addresses: hosts.map(({ address }) => ({ host: address, port })) };
    }
    const tookMs = Math.round(performance.now() - startedMs);
    const finding = /[.:]/.test(target) ? 'name-not-resolved' : 'unknown';
    return { finding, subjects: [target], tookMs };
  } catch (error) {
    return { finding: 'unknown', subjects: [target], failure: toFailure(error).toData() };
  }
}

/** No address took a connection. */
function tellClosed(
  peer: PeerView | null,
  knocked: readonly { readonly address: HostPort; readonly result: KnockResult }[],
): Found<'peer'> {
  const rank = ({ result }: { readonly result: KnockResult }): number => TELLING.indexOf(result.outcome);
  const best = knocked.reduce((most, next) => (rank(next) > rank(most) ? next : most));
  const { outcome, reason, tookMs } = best.result;
  const subjects = [
    peer?.name ?? best.address.host,
    knocked.map((one) => formatAddress(one.address)).join(', '),
  ];
  const failure = new Failure('unreachable', {
    subject: formatAddress(best.address),
    ...(reason === null ? {} : { reason }),
  }).toData();
  const isAway = peer !== null && peer.announcedName === null && outcome !== 'refused';
  const finding = isAway ? 'away' : outcome === 'refused' || outcome === 'no-route' ? outcome : 'silent';
  return { finding, subjects, failure, tookMs };
}

/** The port is open: who answers, and does it speak as we do? */
async function greetAt(
  { parts, signal }: CheckContext,
  peer: PeerView | null,
  address: Address,
): Promise<Found<'peer'>> {
  const subjects = [peer?.name ?? address, address];
  const handshakeMs = performance.now();
  const took = (sinceMs: number): number => Math.round(performance.now() - sinceMs);
  let id: DeviceId;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_MS)]);
    id = await parts.links.probe(address, limit);
  } catch (error) {
    const failure = toFailure(error, address);
    const finding = BY_CODE[failure.code] ?? 'handshake-silent';
    return { finding, subjects, failure: failure.toData(), tookMs: took(handshakeMs) };
  }
  if (id === parts.ownId) return { finding: 'this-device', subjects, tookMs: took(handshakeMs) };
  if (peer !== null && shortIdOf(id) !== peer.shortId) {
    const failure = new Failure('wrong-device', { subject: shortIdOf(id) }).toData();
    return { finding: 'wrong-device', subjects, failure, tookMs: took(handshakeMs) };
  }
  const helloMs = performance.now();
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(HELLO_MS)]);
    // An unpaired peer's link ends by itself after a while; it may be the one that a pairing has just begun on.
    const link = await parts.links.openByAddress(address, limit, { expectShortId: shortIdOf(id) });
    return {
      finding: 'reached',
      subjects: [peer?.name ?? link.peerHello.name, address],
      tookMs: took(helloMs),
    };
  } catch (error) {
    const failure = toFailure(error, address);
    const finding = BY_CODE[failure.code] ?? 'no-hello';
    return { finding, subjects, failure: failure.toData(), tookMs: took(helloMs) };
  }
}
