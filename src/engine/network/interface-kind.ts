import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { PeerPath } from '../../shared/device.ts';

const run = promisify(execFile);

/** What is known of a network interface beyond its addresses. */
export interface InterfaceFacts {
  readonly kind: PeerPath['kind'];
  /** Null when the system does not tell. */
  readonly megabitsPerSecond: number | null;
  /** Only virtual machines or containers of this machine are behind it. */
  readonly isVirtual: boolean;
  /** Null when the system does not tell. */
  readonly hasMulticast: boolean | null;
}

const LINUX_ROOT = '/sys/class/net';
const PROGRAM_TIMEOUT_MS = 1_500;
/** ARPHRD_* and IFF_* of the kernel's headers. */
const TYPE_LOOPBACK = 772;
const TYPE_NONE = 65_534;
const FLAG_MULTICAST = 0x1000;
const FLAG_TUN = 1;

const VIRTUAL =
  /^(docker|br-[0-9a-f]{12}$|virbr|veth|vnet|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|awdl|llw|bridge\d|ap\d|anpi)|^vethernet/i;
const LOOPBACK = /^lo\d*$|loopback/i;
const VPN = /^(tun|tap|wg|utun|ipsec|tailscale|zt|nordlynx|proton|mullvad)|tailscale|wireguard|vpn|zerotier/i;
const WIFI = /^(wl|ath\d)|wi-?fi|wlan|wireless/i;
const CABLE = /^(eth|en[opsx]|em\d)|ethernet|lan-verbindung/i;

/** A guess from the name alone: all there is on some systems, and at first everywhere. */
export function kindByName(name: string): PeerPath['kind'] {
  if (LOOPBACK.test(name)) return 'loopback';
  if (VIRTUAL.test(name)) return 'other';
  if (VPN.test(name)) return 'vpn';
  if (WIFI.test(name)) return 'wifi';
  return CABLE.test(name) ? 'cable' : 'other';
}

export function factsByName(name: string): InterfaceFacts {
  return {
    kind: kindByName(name),
    megabitsPerSecond: null,
    isVirtual: VIRTUAL.test(name),
    hasMulticast: null,
  };
}

/** Device to kind, from `networksetup -listallhardwareports` of macOS. */
export function parseHardwarePorts(text: string): ReadonlyMap<string, PeerPath['kind']> {
  const kinds = new Map<string, PeerPath['kind']>();
  for (const [, port = '', device = ''] of text.matchAll(/^Hardware Port: (.+)\r?\nDevice: (\S+)/gm)) {
    if (/wi-?fi|airport/i.test(port)) kinds.set(device, 'wifi');
    else if (/ethernet|lan/i.test(port)) kinds.set(device, 'cable');
  }
  return kinds;
}

/** The facts of the named interfaces. Never throws: what cannot be read is guessed from the name. */
export async function readInterfaceFacts(
  names: readonly string[],
  linuxRoot = LINUX_ROOT,
): Promise<ReadonlyMap<string, InterfaceFacts>> {
  if (process.platform === 'linux') {
    const facts = await Promise.all(names.map((name) => readLinuxFacts(linuxRoot, name)));
    return new Map(names.map((name, index) => [name, facts[index] ?? factsByName(name)]));
  }
  const ports = process.platform === 'darwin' ? await readHardwarePorts() : new Map();
  return new Map(
    names.map((name) => {
      const guess = factsByName(name);
      return [name, { ...guess, kind: ports.get(name) ?? guess.kind }];
    }),
  );
}

async function readHardwarePorts(): Promise<ReadonlyMap<string, PeerPath['kind']>> {
  try {
    const { stdout } = await run('/usr/sbin/networksetup', ['-listallhardwareports'], {
      timeout: PROGRAM_TIMEOUT_MS,
    });
    return parseHardwarePorts(stdout);
  } catch {
    return new Map();
  }
}

async function readLinuxFacts(root: string, name: string, depth = 0): Promise<InterfaceFacts> {
  const folder = `${root}/${name}`;
  const read = async (file: string): Promise<string> =>
    await readFile(`${folder}/${file}`, 'utf8').then(
      (text) => text.trim(),
      // Absent, or not told while the link is down (EINVAL).
      () => '',
    );
  const [files, type, speed, flags, tunFlags, uevent] = await Promise.all([
    readdir(folder).catch(() => [] as string[]),
    read('type'),
    read('speed'),
    read('flags'),
    read('tun_flags'),
    read('uevent'),
  ]);
  const guess = factsByName(name);
  if (files.length === 0) return guess;
  const lower = files.find((file) => file.startsWith('lower_'))?.slice('lower_'.length);
  const kind = toLinuxKind({ files, type: Number(type), tunFlags: Number(tunFlags), uevent });
  // A bond, bridge or VLAN is what it stands on. Bounded: such stacks are low, and never in a circle.
  const below = kind === null && lower !== undefined && depth < 3;
  return {
    kind: kind ?? (below ? (await readLinuxFacts(root, lower, depth + 1)).kind : toVirtualKind(guess.kind)),
    megabitsPerSecond: Number(speed) > 0 ? Number(speed) : null,
    isVirtual: guess.isVirtual,
    hasMulticast: flags === '' ? null : (Number(flags) & FLAG_MULTICAST) !== 0,
  };
}

/** What the kernel says for certain; null where it only says that there is no device behind it. */
function toLinuxKind(link: {
  readonly files: readonly string[];
  readonly type: number;
  readonly tunFlags: number;
  readonly uevent: string;
}): PeerPath['kind'] | null {
  if (link.type === TYPE_LOOPBACK) return 'loopback';
  if (link.files.includes('wireless') || link.files.includes('phy80211')) return 'wifi';
  const isTunnel = link.uevent.includes('DEVTYPE=wireguard') || (link.tunFlags & FLAG_TUN) !== 0;
  if (isTunnel || link.type === TYPE_NONE) return 'vpn';
  return link.files.includes('device') ? 'cable' : null;
}

/** Without a device of its own an interface is no cable, whatever it is called. */
function toVirtualKind(kind: PeerPath['kind']): PeerPath['kind'] {
  return kind === 'vpn' ? 'vpn' : 'other';
}
