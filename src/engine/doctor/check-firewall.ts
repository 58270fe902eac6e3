import { isIPv4 } from 'node:net';
import { DEFAULT_PORT } from '../link/address.ts';
import { isLinkLocal, neighbourOf } from '../network/own-interfaces.ts';
import { type CheckContext, type Found, localInterfaces } from './doctor-parts.ts';
import { type Fate, fateOf, type Packet, type Table } from './firewall-rules.ts';
import { MDNS_ADDRESS, MDNS_PORT } from './multicast-echo.ts';
import { type FirewallNow, type Manager, readFirewall } from './read-firewall.ts';

/** Whether a firewall of this machine keeps others out. */
export async function checkFirewall(
  { parts, network, signal }: CheckContext,
  read: (signal: AbortSignal) => Promise<FirewallNow> = readFirewall,
): Promise<Found<'firewall'>> {
  const { tables, manager } = await read(signal);
  if (tables === null) return tellManager(manager);
  const places = localInterfaces(network).flatMap((own) =>
    own.addresses
      .filter(({ address }) => isIPv4(address) && !isLinkLocal(address))
      .map((one) => ({ name: own.name, address: one.address, neighbour: neighbourOf(one) ?? one.address })),
  );
  return judgeFirewall(tables, places, parts.device().port, manager);
}

/** Where packets of others come in. */
export interface PacketPlace {
  readonly name: string;
  readonly address: string;
  /** Somebody in the same network. */
  readonly neighbour: string;
}

/** What rules that could be read mean for Ferry listening on `port`. */
export function judgeFirewall(
  tables: readonly Table[],
  places: readonly PacketPlace[],
  port: number,
  manager: Manager | null,
): Found<'firewall'> {
  const usual = worstOf(
    tables,
    places.map((place) => toTcp(place, DEFAULT_PORT)),
  );
  const actual =
    port === 0
      ? usual
      : worstOf(
          tables,
          places.map((place) => toTcp(place, port)),
        );
  const multicast = worstOf(tables, places.flatMap(toMdns));
  const isPortShut = actual.fate === 'drop';
  const shut = isPortShut ? port || DEFAULT_PORT : DEFAULT_PORT;
  const by = (fate: Fate): string => fate.by ?? '';
  // A command takes any free port; what counts is the one that others are told.
  if (isPortShut && usual.fate === 'pass' && multicast.fate !== 'drop') {
    return { finding: 'other-port', subjects: [`${port}/tcp`, by(actual)] };
  }
  if (isPortShut && multicast.fate === 'drop') {
    const open = opening(manager, by(actual), [`${shut}/tcp`, `${MDNS_PORT}/udp`]);
    return { finding: 'drops-both', subjects: [`${shut}/tcp, ${MDNS_PORT}/udp`, by(actual), open] };
  }
  if (isPortShut) {
    const open = opening(manager, by(actual), [`${shut}/tcp`]);
    return { finding: 'drops-port', subjects: [`${shut}/tcp`, by(actual), open] };
  }
  if (multicast.fate === 'drop') {
    const open = opening(manager, by(multicast), [`${MDNS_PORT}/udp`]);
    return { finding: 'drops-multicast', subjects: [`${MDNS_PORT}/udp`, by(multicast), open] };
  }
  const unsure = [actual, multicast].find(({ fate }) => fate === 'maybe');
  return unsure === undefined ? { finding: 'open' } : { finding: 'may-drop', subjects: [by(unsure)] };
}

function tellManager(manager: Manager | null): Found<'firewall'> {
  switch (manager) {
    case null:
      return { finding: 'unreadable' };
    case 'macos':
      return { finding: 'macos-on' };
    case 'macos-blocks-all':
      return { finding: 'macos-blocks-all' };
    case 'windows':
      return { finding: 'windows-on' };
    case 'ufw':
    case 'firewalld':
      return {
        finding: 'active',
        subjects: [manager, opening(manager, '', [`${DEFAULT_PORT}/tcp`, `${MDNS_PORT}/udp`])],
      };
  }
}

function worstOf(tables: readonly Table[], packets: readonly Packet[]): Fate {
  const fates = packets.map((packet) => fateOf(tables, packet));
  return (
    fates.find(({ fate }) => fate === 'drop') ??
    fates.find(({ fate }) => fate === 'maybe') ?? { fate: 'pass', by: null }
  );
}

function toTcp({ name, address, neighbour }: PacketPlace, port: number): Packet {
  return {
    direction: 'in',
    protocol: 'tcp',
    port,
    source: neighbour,
    destination: address,
    isMulticast: false,
    interface: name,
  };
}

function toMdns({ name, address, neighbour }: PacketPlace): readonly Packet[] {
  const both = {
    protocol: 'udp',
    port: MDNS_PORT,
    destination: MDNS_ADDRESS,
    isMulticast: true,
    interface: name,
  } as const;
  return [
    { ...both, direction: 'in', source: neighbour },
    { ...both, direction: 'out', source: address },
  ];
}

/** The command that lets these ports in. */
function opening(manager: Manager | null, by: string, ports: readonly string[]): string {
  const each = (command: (port: string, protocol: string) => string): string =>
    ports
      .map((one) => {
        const [port = '', protocol = ''] = one.split('/');
        return command(port, protocol);
      })
      .join(' && ');
  if (manager === 'ufw') return each((port, protocol) => `sudo ufw allow ${port}/${protocol}`);
  if (manager === 'firewalld')
    return each((port, protocol) => `sudo firewall-cmd --add-port=${port}/${protocol}`);
  const chain = /^(?:policy of )?nft (.+)$/.exec(by)?.[1];
  if (chain !== undefined) {
    return each((port, protocol) => `sudo nft insert rule ${chain} ${protocol} dport ${port} accept`);
  }
  const hook = /\bOUTPUT\b/.test(by) ? 'OUTPUT' : 'INPUT';
  return each((port, protocol) => `sudo iptables -I ${hook} -p ${protocol} --dport ${port} -j ACCEPT`);
}
