import { isIPv4, isIPv6 } from 'node:net';
import type { Address } from '../../shared/device.ts';
import { Failure } from '../../shared/failure.ts';

/** The port a device that is there for others listens on. */
export const DEFAULT_PORT = 3120;

/** An address taken apart. `host` is an IP (IPv6 without brackets, with its scope if it has one) or a name. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const MAX_HOST_LENGTH = 253;
const HOST_NAME = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

function isHost(host: string): boolean {
  if (host.length === 0 || host.length > MAX_HOST_LENGTH) return false;
  return isIPv4(host) || isIPv6(host) || (HOST_NAME.test(host) && !/^[\d.]+$/.test(host));
}

function split(text: string): { host: string; port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] ?? null };
  if (isIPv6(text)) return { host: text, port: null };
  const colon = text.indexOf(':');
  if (colon < 0) return { host: text, port: null };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

/**
 * Reads `host:port`, `[v6]:port`, `[fe80::1%eth0]:port`, or a bare host, which gets port 3120.
 * Throws Failure `usage`.
 */
export function parseAddress(address: Address): HostPort {
  const { host, port } = split(address.trim());
  const number = port === null ? DEFAULT_PORT : /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (!isHost(host) || number < 1 || number > 0xffff) {
    throw new Failure('usage', { subject: address, reason: 'address' });
  }
  return { host, port: number };
}

/** The opposite of {@link parseAddress}: always with the port, IPv6 in brackets. */
export function formatAddress({ host, port }: HostPort): Address {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A socket's idea of an address as people write it: IPv4 that arrives on an IPv6 socket is IPv4. */
export function plainHost(host: string): string {
  return IPV4_IN_IPV6.exec(host)?.[1] ?? host;
}
