import { isIP } from 'node:net';
import { MAX_ADDRESSES, type Sighting, type SightingChange } from './discovery.ts';
import type { NetworkInterface } from './network-interfaces.ts';
import { readTxtEntries } from './txt-record.ts';

/** The DNS-SD type all Ferry devices announce. */
export const SERVICE_TYPE = 'ferry';
export const SERVICE_NAME = `_${SERVICE_TYPE}._tcp.local`;

/**
 * An honest answer has under a dozen records for each device. Matching names is quadratic, and a packet of
 * 64 KiB can hold thousands of records: without this one packet could hold the thread for seconds.
 */
export const MAX_RECORDS = 64;
/** A DNS label cannot be longer (RFC 1035 §2.3.4). */
const TAG = /^[0-9a-z-]{1,63}$/;

export interface MdnsRecord {
  readonly type: string;
  readonly name: string;
  readonly ttl?: number;
  readonly data?: unknown;
}

export interface MdnsPacket {
  readonly answers: readonly MdnsRecord[];
  readonly additionals: readonly MdnsRecord[];
}

/**
 * What a received answer says about Ferry devices. `source` is the sender's address; only senders on the
 * link count (RFC 6762 §11), and only addresses on the link are kept, so that nobody can make this device
 * knock at hosts elsewhere. Never throws, whatever the packet holds.
 */
export function readSightings(
  packet: MdnsPacket,
  source: string,
  network: NetworkInterface,
): readonly SightingChange[] {
  if (packet.answers.length + packet.additionals.length > MAX_RECORDS || !network.isOnLink(source)) return [];
  const records = [...packet.answers, ...packet.additionals];
  const changes: SightingChange[] = [];
  for (const pointer of records) {
    if (pointer.type !== 'PTR' || !isNamed(pointer, SERVICE_NAME) || typeof pointer.data !== 'string')
      continue;
    const instance = pointer.data.toLowerCase();
    const tag = instance.slice(0, -SERVICE_NAME.length - 1);
    if (!TAG.test(tag) || instance !== `${tag}.${SERVICE_NAME}`) continue;
    if (pointer.ttl === 0) {
      changes.push({ kind: 'left', tag });
      continue;
    }
    const sighting = readInstance(records, instance, tag, source, network);
    if (sighting !== null) changes.push({ kind: 'seen', sighting });
  }
  return changes;
}

function readInstance(
  records: readonly MdnsRecord[],
  instance: string,
  tag: string,
  source: string,
  network: NetworkInterface,
): Sighting | null {
  const service = readService(
    records.find((record) => record.type === 'SRV' && isNamed(record, instance))?.data,
  );
  const txt = readTxtEntries(
    records.find((record) => record.type === 'TXT' && isNamed(record, instance))?.data,
  );
  if (service === null || txt === null) return null;
  const addresses = new Set([source]);
  for (const record of records) {
    if (addresses.size === MAX_ADDRESSES) break;
    if ((record.type !== 'A' && record.type !== 'AAAA') || !isNamed(record, service.host)) continue;
    if (isReachable(record.data, network)) addresses.add(record.data);
  }
  return { tag, ...txt, port: service.port, addresses: [...addresses], interfaceName: network.name };
}

function readService(data: unknown): { host: string; port: number } | null {
  if (typeof data !== 'object' || data === null) return null;
  const { port, target } = data as { port?: unknown; target?: unknown };
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
  return typeof target === 'string' ? { host: target.toLowerCase(), port } : null;
}

function isReachable(address: unknown, network: NetworkInterface): address is string {
  return typeof address === 'string' && isIP(address) !== 0 && network.isOnLink(address);
}

/** DNS names compare without case; `name` is lower case already. */
function isNamed(record: MdnsRecord, name: string): boolean {
  return typeof record.name === 'string' && record.name.toLowerCase() === name;
}
