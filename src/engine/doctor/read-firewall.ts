import { readFile } from 'node:fs/promises';
import type { Table } from './firewall-rules.ts';
import { parseIptables } from './iptables-rules.ts';
import { parseNft } from './nft-rules.ts';
import { outputOf } from './run-program.ts';

/** A firewall that says only that it is there, not what it lets through. */
export type Manager = 'ufw' | 'firewalld' | 'macos' | 'macos-blocks-all' | 'windows';

export interface FirewallNow {
  /** Null where the rules cannot be read. */
  readonly tables: readonly Table[] | null;
  readonly manager: Manager | null;
}

const MACOS_FIREWALL = '/usr/libexec/ApplicationFirewall/socketfilterfw';
const WINDOWS_PROFILES =
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';

/** What this user may know of the firewall of this machine. Changes nothing. Never throws. */
export async function readFirewall(signal: AbortSignal): Promise<FirewallNow> {
  switch (process.platform) {
    case 'linux':
      return await readLinux(signal);
    case 'darwin':
      return { tables: null, manager: await readMacos(signal) };
    case 'win32':
      return { tables: null, manager: await readWindows(signal) };
    default:
      return { tables: null, manager: null };
  }
}

async function readLinux(signal: AbortSignal): Promise<FirewallNow> {
  const [nftText, legacy, ufw, firewalld] = await Promise.all([
    outputOf('nft', ['-j', 'list', 'ruleset'], signal),
    textOf('/proc/net/ip_tables_names'),
    textOf('/etc/ufw/ufw.conf'),
    outputOf('firewall-cmd', ['--state'], signal),
  ]);
  const manager = isUfwOn(ufw) ? 'ufw' : firewalld?.trim() === 'running' ? 'firewalld' : null;
  const nft = nftText === null ? null : tryParseNft(nftText);
  const hasLegacy = legacy.split('\n').includes('filter');
  // Only where it has something to tell: asking the old kind loads it into the kernel.
  const asksIptables = hasLegacy || nft === null || nft.ofIptables.length > 0;
  const texts = asksIptables
    ? await Promise.all([
        outputOf('iptables', ['-S'], signal),
        hasLegacy ? outputOf('iptables-legacy', ['-S'], signal) : null,
      ])
    : [];
  const iptables = [...new Set(texts)].filter((text) => text !== null).map(parseIptables);
  const isReadable = nft !== null || iptables.length > 0;
  const isWhole = nft === null || nft.ofIptables.length === 0 || iptables.length > 0;
  return { tables: isReadable && isWhole ? [...(nft?.tables ?? []), ...iptables] : null, manager };
}

function tryParseNft(text: string): ReturnType<typeof parseNft> | null {
  try {
    return parseNft(text);
  } catch {
    return null;
  }
}

/** `ENABLED=yes` of ufw's own settings, which everybody may read. */
export function isUfwOn(text: string): boolean {
  return /^\s*ENABLED\s*=\s*["']?yes/im.test(text);
}

async function readMacos(signal: AbortSignal): Promise<Manager | null> {
  const [state, blocks] = await Promise.all([
    outputOf(MACOS_FIREWALL, ['--getglobalstate'], signal),
    outputOf(MACOS_FIREWALL, ['--getblockall'], signal),
  ]);
  return parseMacos(state ?? '', blocks ?? '');
}

/** The answers of `socketfilterfw` to `--getglobalstate` and `--getblockall`. */
export function parseMacos(state: string, blocks: string): Manager | null {
  if (!/State = [12]/.test(state)) return null;
  const isBlocking = /State = 2/.test(state) || /block all.*enabled/i.test(blocks);
  return isBlocking ? 'macos-blocks-all' : 'macos';
}

async function readWindows(signal: AbortSignal): Promise<Manager | null> {
  const text = await outputOf('reg', ['query', WINDOWS_PROFILES, '/s', '/v', 'EnableFirewall'], signal);
  return isWindowsOn(text ?? '') ? 'windows' : null;
}

/** Whether any profile has it on; values are not translated, unlike what `netsh` prints. */
export function isWindowsOn(text: string): boolean {
  return /EnableFirewall\s+REG_DWORD\s+0x1\b/.test(text);
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
