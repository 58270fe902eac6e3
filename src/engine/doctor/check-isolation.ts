import type { PeerView } from '../../shared/device.ts';
import { formatAddress, parseAddress } from '../link/address.ts';
import { readGateways, readNeighbours } from '../network/neighbours.ts';
import { isOwnAddress } from '../network/own-interfaces.ts';
import type { CheckContext, Found } from './doctor-parts.ts';
import { knock } from './knock.ts';

const KNOCK_MS = 1_800;
const MAX_PEERS = 8;
const MAX_ADDRESSES_PER_PEER = 2;
/** A router that is there opens or refuses one of these: name service and its own pages. */
const GATEWAY_PORTS = [53, 80, 443] as const;

/**
 * Whether the network keeps its members apart: others are heard (an access point passes multicast on), but
 * no packet meant for them alone arrives, while the router answers.
 */
export async function checkIsolation(context: CheckContext): Promise<Found<'client-isolation'>> {
  const { parts, network, signal } = context;
  const announced = parts
    .listPeers()
    .filter((peer) => peer.announcedName !== null)
    .map((peer) => ({
      peer,
      hosts: peer.addresses
        .map(parseAddress)
        .filter(({ host }) => !isOwnAddress(network.interfaces, host))
        .slice(0, MAX_ADDRESSES_PER_PEER),
    }))
    .filter(({ hosts }) => hosts.length > 0)
    .slice(0, MAX_PEERS);
  if (announced.length === 0) return { finding: 'nobody' };

  const [knocked, isGatewayThere] = await Promise.all([
    Promise.all(
      announced.map(async ({ peer, hosts }) => {
        const isLinked = peer.id !== null && parts.links.get(peer.id) !== null;
        const answers = isLinked
          ? []
          : await Promise.all(hosts.map(({ host, port }) => knock(host, port, KNOCK_MS, signal)));
        // A refusal has come all the way too.
        const passes = answers.some(({ outcome }) => outcome === 'open' || outcome === 'refused');
        return { peer, hosts, passes: isLinked || passes };
      }),
    ),
    isAnyGatewayThere(signal),
  ]);
  const reached = knocked.filter(({ passes }) => passes);
  if (reached.length > 0) return { finding: 'none', subjects: reached.map(({ peer }) => peer.name) };
  const neighbours = await readNeighbours();
  const near = knocked.filter(({ hosts }) => hosts.some(({ host }) => neighbours.has(host)));
  if (near.length > 0) return { finding: 'peer-firewall', subjects: near.map(nameWithAddress) };
  const subjects = knocked.map(nameWithAddress);
  return { finding: isGatewayThere ? 'isolated' : 'peers-silent', subjects };
}

async function isAnyGatewayThere(signal: AbortSignal): Promise<boolean> {
  const gateways = await readGateways();
  const knocks = gateways.flatMap((host) => GATEWAY_PORTS.map((port) => knock(host, port, KNOCK_MS, signal)));
  const answers = await Promise.all(knocks);
  return answers.some(({ outcome }) => outcome === 'open' || outcome === 'refused');
}

function nameWithAddress({
  peer,
  hosts,
}: {
  readonly peer: PeerView;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
}): string {
  return `${peer.name} (${hosts.map(formatAddress).join(', ')})`;
}
