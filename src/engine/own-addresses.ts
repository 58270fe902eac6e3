import type { Address } from '../shared/device.ts';
import { listNetworkInterfaces } from './discovery/network-interfaces.ts';
import { formatAddress } from './link/address.ts';

/** Where this device can be reached: what it was told to listen on, or every interface, loopback last. */
export function ownAddresses(listen: string | null, port: number): readonly Address[] {
  if (port === 0) return [];
  if (listen !== null) return [formatAddress({ host: listen, port })];
  const hosts = listNetworkInterfaces().flatMap((network) => network.addresses);
  const isLoopback = (host: string) => host.startsWith('127.') || host === '::1';
  const ordered = [...hosts.filter((host) => !isLoopback(host)), ...hosts.filter(isLoopback)];
  return ordered.map((host) => formatAddress({ host, port }));
}
