import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One interface discovery works on: it has an IPv4 address, which carries the multicast. */
export interface NetworkInterface {
  readonly name: string;
  /** IPv4 address that packets are sent from. */
  readonly ipv4: string;
  /** Every address worth announcing here, IPv4 first; IPv6 without link-local, which needs a scope. */
  readonly addresses: readonly string[];
  /** Whether `address` can be reached on this interface without a router. */
  isOnLink(address: string): boolean;
}

/** Sockets are one per interface; hosts full of bridges exist. */
const MAX_INTERFACES = 16;
const MAX_ANNOUNCED_ADDRESSES = 8;

/**
 * Interfaces that are up and have IPv4. Loopback is one of them: nothing leaves the machine there, and two
 * devices on one machine find each other even without a network.
 */
export function listNetworkInterfaces(): readonly NetworkInterface[] {
  const found: NetworkInterface[] = [];
  for (const [name, infos = []] of Object.entries(networkInterfaces())) {
    const usable = infos.filter((info) => !isLinkLocalIpv6(info.address));
    const first = usable.find((info) => info.family === 'IPv4');
    if (first === undefined) continue;
    const subnets = new BlockList();
    for (const info of usable) {
      const prefix = Number(info.cidr?.split('/')[1] ?? Number.NaN);
      if (!Number.isInteger(prefix)) continue;
      subnets.addSubnet(info.address, prefix, info.family === 'IPv4' ? 'ipv4' : 'ipv6');
    }
    const ordered = [
      ...usable.filter((info) => info.family === 'IPv4'),
      ...usable.filter((info) => info.family === 'IPv6'),
    ];
    found.push({
      name,
      ipv4: first.address,
      addresses: ordered.slice(0, MAX_ANNOUNCED_ADDRESSES).map((info) => info.address),
      isOnLink: (address) => isWithin(subnets, address),
    });
  }
  return found.slice(0, MAX_INTERFACES);
}

/** Changes exactly when sockets on the interface have to be opened anew. */
export function interfaceKey(network: NetworkInterface): string {
  return [network.name, ...network.addresses].join(' ');
}

function isWithin(subnets: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && subnets.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function isLinkLocalIpv6(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}
