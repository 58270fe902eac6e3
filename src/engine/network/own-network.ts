import { BlockList, isIPv4 } from 'node:net';

/** Addresses that no network hands on to the internet: RFC 1918, 6598, 3927, 4193, 4291, and the machine itself. */
const OWN_NETWORKS = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  OWN_NETWORKS.addSubnet(network, prefix, 'ipv4');
}
OWN_NETWORKS.addSubnet('fc00::', 7, 'ipv6');
OWN_NETWORKS.addSubnet('fe80::', 10, 'ipv6');
OWN_NETWORKS.addAddress('::1', 'ipv6');

/** Whether an IP (perhaps with a scope) is one of a private network, wherever that is. */
export function isOwnNetwork(host: string): boolean {
  const [address = ''] = host.split('%');
  return OWN_NETWORKS.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
