import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM_TIMEOUT_MS = 1_000;
/** ATF_COM of the kernel's headers: the neighbour has told its hardware address. */
const ARP_COMPLETE = 0x2;
const ROUTE_GATEWAY = 0x2;

/** Gateways of default routes in `/proc/net/route`. */
export function parseProcRoutes(text: string): readonly string[] {
  const gateways = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , flags, , , , mask]) => {
      const isDefault = destination === '00000000' && mask === '00000000';
      return isDefault && (Number.parseInt(flags ?? '', 16) & ROUTE_GATEWAY) !== 0;
    })
    .map(([, , gateway = '']) => fromHex(gateway));
  return [...new Set(gateways)];
}

/** The number as the machine holds it: the first byte of the address is the last one on most. */
function fromHex(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  return (endianness() === 'LE' ? bytes.reverse() : bytes).join('.');
}

/** Gateways in what `route -n get default` (macOS) or `route print -4 0.0.0.0` (Windows) print. */
export function parseRouteText(text: string): readonly string[] {
  const found = text.matchAll(/gateway: (\d+(?:\.\d+){3})|^\s*0\.0\.0\.0\s+0\.0\.0\.0\s+(\d+(?:\.\d+){3})/gm);
  return [...new Set([...found].map(([, mac, windows]) => mac ?? windows ?? ''))];
}

/** IPv4 neighbours that have answered, in `/proc/net/arp`. */
export function parseProcArp(text: string): ReadonlySet<string> {
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.filter(([, , flags]) => (Number(flags) & ARP_COMPLETE) !== 0).map(([address = '']) => address),
  );
}

/** The same in what `arp -an` (macOS) or `arp -a` (Windows) print. */
export function parseArpText(text: string): ReadonlySet<string> {
  const found = text.matchAll(/(\d+(?:\.\d+){3})\)?\s+(?:at\s+)?[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}/gi);
  return new Set([...found].map(([, address = '']) => address));
}

/** IPv4 gateways of this machine; empty where none is known. */
export async function readGateways(): Promise<readonly string[]> {
  if (process.platform === 'linux') return parseProcRoutes(await textOf('/proc/net/route'));
  const args = process.platform === 'win32' ? ['print', '-4', '0.0.0.0'] : ['-n', 'get', 'default'];
  return parseRouteText(await outputOf('route', args));
}

/** IPv4 addresses of neighbours that have answered lately. */
export async function readNeighbours(): Promise<ReadonlySet<string>> {
  if (process.platform === 'linux') return parseProcArp(await textOf('/proc/net/arp'));
  return parseArpText(await outputOf('arp', [process.platform === 'win32' ? '-a' : '-an']));
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}

async function outputOf(command: string, args: readonly string[]): Promise<string> {
  return await run(command, args, { timeout: PROGRAM_TIMEOUT_MS, windowsHide: true }).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
