import { isIPv6 } from 'node:net';
import type { AcceptRule, Address, DeviceKind, PeerView, Trust } from '../../shared/device.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Sighting } from './discovery.ts';
import {
  MAX_ADDRESSES_PER_PEER,
  MAX_GOOD_ADDRESSES,
  MAX_SIGHTINGS_PER_PEER,
  PROBES_UNTIL_OFFLINE,
} from './peer-limits.ts';

/** A paired device as the state knows it. */
export interface PairedPeer {
  readonly id: DeviceId;
  /** Local name, fixed at pairing. */
  readonly name: string;
  /** What it called itself over its last link; null when that is not known. */
  readonly announcedName: string | null;
  readonly kind: DeviceKind;
  readonly trust: Trust;
  /** Where it was reached last, best first. */
  readonly addresses: readonly Address[];
  readonly rule: AcceptRule | null;
  /** Unix ms. */
  readonly pairedMs: number;
  /** Other keys that were taken for it and that a person keeps out. */
  readonly blockedShortIds: readonly string[];
}

/** What the table holds of one peer. Owned and changed by the peer table only. */
export interface PeerRow {
  /** The short id, or `tag:` and the tag of an announcement that hides it. */
  readonly key: string;
  /** Null while the announcement hides it and no handshake has told. */
  shortId: string | null;
  /** From a handshake, or because the device is paired. */
  id: DeviceId | null;
  paired: PairedPeer | null;
  readonly sightings: Map<string, Sighting>;
  /** Addresses where a handshake proved this peer, latest first. */
  good: readonly Address[];
  /** Announced addresses where somebody else answered. */
  readonly wrong: Set<Address>;
  isLinked: boolean;
  /** Short id of another key that looks like this paired device; null: no alarm. */
  changedKey: string | null;
  /** Failed probes or dials in a row; null before the first outcome. */
  failures: number | null;
  lastSeenMs: number | null;
  lastTriedMs: number | null;
  /** Announced or reached for the last time. */
  lastHintMs: number;
  /** The probe or dial under way. */
  attempt: AbortController | null;
  cancelTimer: () => void;
}

export function createPeerRow(key: string, shortId: string | null, nowMs: number): PeerRow {
  return {
    key,
    shortId,
    id: null,
    paired: null,
    sightings: new Map(),
    good: [],
    wrong: new Set(),
    isLinked: false,
    changedKey: null,
    failures: null,
    lastSeenMs: null,
    lastTriedMs: null,
    lastHintMs: nowMs,
    attempt: null,
    cancelTimer: () => {},
  };
}

/** `host:port`, IPv6 in brackets. */
export function toAddress(host: string, port: number): Address {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where something listens. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What a device says of itself in its hello. */
export type NamedDevice = Pick<Sighting, 'kind'> & { readonly name: string };

/** Stands for the announcement of a device that was found at a typed address and is not heard here. */
export function typedSighting(shortId: string, device: NamedDevice, { host, port }: HostPort): Sighting {
  const { name, kind } = device;
  return { tag: `typed:${shortId}`, shortId, name, kind, port, addresses: [host], interfaceName: '' };
}

/** Which unpaired row goes when there are too many: never reached before reached, nobody that is online. */
export function leastWorth(rows: readonly PeerRow[]): PeerRow | undefined {
  const isUnproved = (row: PeerRow): boolean => row.lastSeenMs === null;
  return (
    rows.find((row) => isUnproved(row) && row.failures !== null) ??
    rows.find(isUnproved) ??
    rows.find((row) => !isOnline(row))
  );
}

/** Adds a sighting, the newest last; takes away the doubts about addresses it names anew. */
export function addSighting(row: PeerRow, sighting: Sighting): void {
  const before = row.sightings.get(sighting.tag);
  row.sightings.delete(sighting.tag);
  row.sightings.set(sighting.tag, sighting);
  for (const tag of row.sightings.keys()) {
    if (row.sightings.size <= MAX_SIGHTINGS_PER_PEER) break;
    row.sightings.delete(tag);
  }
  if (before === undefined)
    for (const host of sighting.addresses) row.wrong.delete(toAddress(host, sighting.port));
}

/** Puts `address` first among the good ones. */
export function markGood(row: PeerRow, address: Address): void {
  row.wrong.delete(address);
  row.good = [address, ...row.good.filter((other) => other !== address)].slice(0, MAX_GOOD_ADDRESSES);
}

/** Notes that another device answered there. Bounded by forgetting all: they are only tried again. */
export function markWrong(row: PeerRow, address: Address): void {
  if (row.wrong.size >= MAX_ADDRESSES_PER_PEER * MAX_SIGHTINGS_PER_PEER) row.wrong.clear();
  row.wrong.add(address);
  row.good = row.good.filter((other) => other !== address);
}

/** Where to look for the peer: the last good addresses, the newest announced ones, those stored at pairing. */
export function toCandidates(row: PeerRow): readonly Address[] {
  const found = new Set(row.good);
  for (const sighting of [...row.sightings.values()].reverse()) {
    for (const host of sighting.addresses) {
      const address = toAddress(host, sighting.port);
      if (!row.wrong.has(address)) found.add(address);
    }
  }
  for (const address of row.paired?.addresses ?? []) if (!row.wrong.has(address)) found.add(address);
  return [...found].slice(0, MAX_ADDRESSES_PER_PEER);
}

/** Paired: while a link is live. Else: reached, and not failed twice since. */
export function isOnline(row: PeerRow): boolean {
  if (row.paired !== null) return row.isLinked;
  return row.lastSeenMs !== null && row.failures !== null && row.failures < PROBES_UNTIL_OFFLINE;
}

/**
 * The row as others see it; null where it is not theirs to see: a device that hides its id from all but
 * paired devices is no row in the list of an unpaired one.
 */
export function toPeerView(row: PeerRow): PeerView | null {
  if (row.shortId === null) return null;
  const latest = announcedBy(row);
  return {
    id: row.id,
    shortId: row.shortId,
    name: row.paired?.name ?? latest?.name ?? row.shortId.slice(0, 8),
    kind: latest?.kind ?? row.paired?.kind ?? 'desktop',
    addresses: toCandidates(row),
    paired: row.paired !== null,
    trust: row.paired?.trust ?? 'none',
    online: isOnline(row),
    lastSeenMs: row.lastSeenMs,
    announcedName: latest?.name ?? null,
    path: null,
    keyChanged: row.changedKey !== null,
    rule: row.paired?.rule ?? null,
    pairedMs: row.paired?.pairedMs ?? null,
  };
}

/** What a peer announces as its name, if it announces anything. */
export function announcedNameOf(row: PeerRow): string | null {
  return announcedBy(row)?.name ?? null;
}

/** The newest announcement from an address where the peer was proved, else the newest. */
function announcedBy(row: PeerRow): Sighting | undefined {
  const newestFirst = [...row.sightings.values()].reverse();
  const isProved = (sighting: Sighting): boolean =>
    sighting.addresses.some((host) => row.good.includes(toAddress(host, sighting.port)));
  return newestFirst.find(isProved) ?? newestFirst[0];
}
