import type { Link } from '../link/link.ts';
import type { DataAddress } from '../transfer/data-socket.ts';

/** Where the source's data port may be: where we reached it, then where it says it listens. */
export function addressesOf(link: Link, dataPort: number): DataAddress[] {
  const host = link.remoteHost;
  const announced = dataPort === 0 ? link.peerHello.port : dataPort;
  const ports = link.isDialled && dataPort === 0 ? [link.remotePort, announced] : [announced];
  return [...new Set(ports)].filter((port) => port > 0).map((port) => ({ host, port }));
}

export function toAddressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
