import { BlockList, isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One address of this machine. */
export interface OwnAddress {
  /** IP without scope. */
  readonly address: string;
  readonly prefixLength: number;
}

/** One network interface of this machine that is up and has an address. */
export interface OwnInterface {
  readonly name: string;
  readonly isLoopback: boolean;
  readonly addresses: readonly OwnAddress[];
}

type SystemInterfaces = ReturnType<typeof networkInterfaces>;

/** The interfaces that are up, as the system names them. */
export function listOwnInterfaces(system: SystemInterfaces = networkInterfaces()): readonly OwnInterface[] {
  return Object.entries(system).map(([name, infos = []]) => ({
    name,
    isLoopback: infos.length > 0 && infos.every((info) => info.internal),
    addresses: infos.map((info) => ({
      address: info.address,
      prefixLength: Number(info.cidr?.split('/')[1] ?? (info.family === 'IPv4' ? 32 : 128)),
    })),
  }));
}

/** Whether `host` (an IP, perhaps with a scope) is reached on this interface without a router. */
export function isOnLink(own: OwnInterface, host: string): boolean {
  const [address = '', scope] = host.split('%');
  if (scope !== undefined && scope !== own.name) return false;
  const family = isIP(address);
  if (family === 0) return false;
  const subnets = new BlockList();
  for (const { address: ownAddress, prefixLength } of own.addresses) {
    subnets.addSubnet(ownAddress, prefixLength, isIPv4(ownAddress) ? 'ipv4' : 'ipv6');
  }
  return subnets.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether `host` is this machine itself. */
export function isOwnAddress(interfaces: readonly OwnInterface[], host: string): boolean {
  const [address] = host.split('%');
  return interfaces.some((own) => own.addresses.some((one) => one.address === address));
}

/** 169.254.0.0/16 or fe80::/10: what a machine gives itself where nobody hands out addresses. */
export function isLinkLocal(address: string): boolean {
  return /^169\.254\.|^fe[89ab]/i.test(address);
}

/** Another IPv4 address of the same subnet; null where there is none. Nobody need have it. */
export function neighbourOf({ address, prefixLength }: OwnAddress): string | null {
  if (!isIPv4(address) || prefixLength > 30) return null;
  const octets = address.split('.').map(Number);
  const last = octets[3] ?? 0;
  // Neither the network's own address nor the one for all: those end in all zeros or all ones.
  const other = [last ^ 1, last ^ 2, last ^ 3].find((octet) => (octet & 3) === 1 || (octet & 3) === 2);
  return [...octets.slice(0, 3), other ?? 1].join('.');
}
