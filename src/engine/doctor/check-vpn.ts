import { isIPv4, isIPv6 } from 'node:net';
import { isLinkLocal, neighbourOf, type OwnInterface } from '../network/own-interfaces.ts';
import { FAR_IPV4, FAR_IPV6, sourceAddressFor } from '../network/source-address.ts';
import { type CheckContext, type Found, localInterfaces, type NetworkNow } from './doctor-parts.ts';

type SourceAddressFor = (host: string) => Promise<string | null>;

/** Whether a VPN takes what is meant for the local network, or everything else. */
export async function checkVpn(
  { network }: Pick<CheckContext, 'network'>,
  sourceFor: SourceAddressFor = sourceAddressFor,
): Promise<Found<'vpn'>> {
  const vpns = vpnInterfaces(network);
  if (vpns.length === 0) return { finding: 'none' };
  const ownerOf = (address: string | null): OwnInterface | undefined =>
    vpns.find((own) => own.addresses.some((one) => one.address === address));
  for (const own of localInterfaces(network)) {
    for (const one of own.addresses) {
      const neighbour = neighbourOf(one);
      const taker = neighbour === null ? undefined : ownerOf(await sourceFor(neighbour));
      if (taker !== undefined) return { finding: 'takes-local', subjects: [taker.name, own.name] };
    }
  }
  const [ipv4, ipv6] = await Promise.all([sourceFor(FAR_IPV4), sourceFor(FAR_IPV6)]);
  const taker = ownerOf(ipv4) ?? ownerOf(ipv6);
  if (taker !== undefined) return { finding: 'takes-all', subjects: [taker.name] };
  return { finding: 'aside', subjects: vpns.map((own) => own.name) };
}

/** Tunnels with an address of their own; macOS keeps several that have none and are no VPN. */
function vpnInterfaces({ interfaces, facts }: NetworkNow): readonly OwnInterface[] {
  const isUsed = ({ address }: { readonly address: string }): boolean =>
    isIPv4(address) || (isIPv6(address) && !isLinkLocal(address));
  return interfaces.filter((own) => facts.get(own.name)?.kind === 'vpn' && own.addresses.some(isUsed));
}
