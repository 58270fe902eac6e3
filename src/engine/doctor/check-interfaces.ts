import { isIPv4 } from 'node:net';
import { isLinkLocal, type OwnInterface } from '../network/own-interfaces.ts';
import { type Found, localInterfaces, type NetworkNow, realInterfaces } from './doctor-parts.ts';

/** Below this a cable is the reason why copies are slow; wireless tells no speed. */
const SLOW_MEGABITS_PER_SECOND = 100;

/** Whether there is a network at all, and one that others can be on. */
export function checkInterfaces(network: NetworkNow): Found<'interfaces'> {
  const real = realInterfaces(network);
  const local = localInterfaces(network);
  const up = network.interfaces.filter((own) => !own.isLoopback);
  if (up.length === 0) return { finding: 'none' };
  if (local.length === 0) {
    return { finding: 'only-virtual', subjects: (real.length > 0 ? real : up).map((own) => own.name) };
  }
  const slow = local.find((own) => {
    const speed = network.facts.get(own.name)?.megabitsPerSecond ?? null;
    return speed !== null && speed <= SLOW_MEGABITS_PER_SECOND;
  });
  if (slow !== undefined) {
    const speed = String(network.facts.get(slow.name)?.megabitsPerSecond);
    return { finding: 'slow-link', subjects: [slow.name, speed] };
  }
  return { finding: 'up', subjects: local.map((own) => own.name) };
}

/** Whether the addresses are such that others on the same network can be reached. */
export function checkAddresses(network: NetworkNow): Found<'addresses'> {
  const local = localInterfaces(network);
  const hosts = local.flatMap((own) => own.addresses.map(({ address }) => address));
  const ipv4 = hosts.filter((host) => isIPv4(host));
  const routable = ipv4.filter((host) => !isLinkLocal(host));
  if (hosts.length === 0) return { finding: 'none' };
  if (ipv4.length === 0) return { finding: 'no-ipv4', subjects: hosts };
  if (routable.length === 0) return { finding: 'self-assigned', subjects: ipv4 };
  if (new Set(local.flatMap(networksOf)).size > 1) return { finding: 'several-networks', subjects: routable };
  return { finding: 'usable', subjects: hosts.filter((host) => !isLinkLocal(host)) };
}

/** The IPv4 networks an interface is in, as text that compares. */
function networksOf(own: OwnInterface): readonly string[] {
  return own.addresses
    .filter(({ address }) => isIPv4(address) && !isLinkLocal(address))
    .map(({ address, prefixLength }) => {
      const bits = address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
      return bits.join('').slice(0, prefixLength);
    });
}
