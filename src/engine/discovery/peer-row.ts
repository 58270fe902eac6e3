import { isIPv6 } from 'node:net';
import type { Address, PeerView, Trust } from '../../shared/device.ts';
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
  readonly trust: Trust;
  /** Where it was reached last, best first. */
  readonly addresses: readonly Address[];
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
    kind: latest?.kind ?? 'desktop',
    addresses: toCandidates(row),
    paired: row.paired !== null,
    trust: row.paired?.trust ?? 'none',
    online: isOnline(row),
    lastSeenMs: row.lastSeenMs,
  };
}

/** The newest announcement from an address where the peer was proved, else the newest. */
function announcedBy(row: PeerRow): Sighting | undefined {
  const newestFirst = [...row.sightings.values()].reverse();
  const isProved = (sighting: Sighting): boolean =>
    sighting.addresses.some((host) => row.good.includes(toAddress(host, sighting.port)));
  return newestFirst.find(isProved) ?? newestFirst[0];
}
