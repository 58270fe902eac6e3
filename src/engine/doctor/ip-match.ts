import { BlockList, isIPv4 } from 'node:net';

/** Whether an IPv4 address is in `cidr` (`10.0.0.0/8`, or one address); null where that is not IPv4. */
export function isInCidr(address: string, cidr: string): boolean | null {
  const [network = '', bits = '32'] = cidr.split('/');
  const prefix = isIPv4(bits) ? maskBits(bits) : Number(bits);
  if (!isIPv4(network) || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) return null;
  const list = new BlockList();
  list.addSubnet(network, prefix, 'ipv4');
  return list.check(address, 'ipv4');
}

export function isInRange(address: string, first: string, last: string): boolean | null {
  if (!isIPv4(first) || !isIPv4(last)) return null;
  const number = toNumber(address);
  return number >= toNumber(first) && number <= toNumber(last);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function maskBits(mask: string): number {
  return toNumber(mask).toString(2).replace(/0+$/, '').length;
}
