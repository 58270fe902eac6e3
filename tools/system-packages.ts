import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface SystemPackage {
  /** Debian's name. */
  readonly name: string;
  /** A command that is there when the package is. */
  readonly command: string;
  /** Why the project wants it. */
  readonly usedBy: readonly ('test' | 'bench')[];
}

/** Programs that are not on npm: the independent comparer, networks of their own, another mDNS, rivals. */
const PACKAGES: readonly SystemPackage[] = [
  { name: 'rsync', command: 'rsync', usedBy: ['test', 'bench'] },
  { name: 'rdiff', command: 'rdiff', usedBy: ['test'] },
  { name: 'iproute2', command: 'ip', usedBy: ['test', 'bench'] },
  { name: 'nftables', command: 'nft', usedBy: ['test'] },
  { name: 'util-linux', command: 'setpriv', usedBy: ['test'] },
  { name: 'mount', command: 'mount', usedBy: ['test'] },
  { name: 'chromium', command: 'chromium', usedBy: ['test'] },
  { name: 'python3', command: 'python3', usedBy: ['test'] },
  { name: 'e2fsprogs', command: 'mkfs.ext4', usedBy: ['test'] },
  { name: 'xfsprogs', command: 'mkfs.xfs', usedBy: ['test'] },
  { name: 'btrfs-progs', command: 'mkfs.btrfs', usedBy: ['test'] },
  { name: 'strace', command: 'strace', usedBy: ['test'] },
  { name: 'faketime', command: 'faketime', usedBy: ['test'] },
  { name: 'openssl', command: 'openssl', usedBy: ['test'] },
  { name: 'dbus', command: 'dbus-daemon', usedBy: ['test'] },
  { name: 'avahi-daemon', command: 'avahi-daemon', usedBy: ['test'] },
  { name: 'avahi-utils', command: 'avahi-browse', usedBy: ['test'] },
  { name: 'openssh-server', command: 'sshd', usedBy: ['bench'] },
  { name: 'openssh-client', command: 'ssh', usedBy: ['bench'] },
  { name: 'iperf3', command: 'iperf3', usedBy: ['bench'] },
  { name: 'tar', command: 'tar', usedBy: ['bench'] },
  { name: 'diffutils', command: 'diff', usedBy: ['bench'] },
];

/** People without root often lack these on their PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where `command` is, or null. */
export function findCommand(command: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  const found = folders.filter((folder) => folder !== '').map((folder) => join(folder, command));
  return found.find((path) => existsSync(path)) ?? null;
}

/** Debian's names of what is missing for `purpose`. */
export function missingPackages(purpose: 'test' | 'bench'): string[] {
  return PACKAGES.filter((one) => one.usedBy.includes(purpose) && findCommand(one.command) === null).map(
    (one) => one.name,
  );
}

async function aptInstall(names: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
}

/**
 * Makes sure that what `purpose` needs is there: installs it when this is Debian and we are root. Returns
 * one line that says what to install when it could not, else null. Off Linux nothing is asked for: what
 * depends on these programs is on the list of expected skips there.
 */
export async function ensurePackages(purpose: 'test' | 'bench'): Promise<string | null> {
  const missing = missingPackages(purpose);
  if (missing.length === 0 || process.platform !== 'linux') return null;
  const advice = `missing: ${missing.join(', ')}. Run: sudo apt-get install ${missing.join(' ')}`;
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!mayInstall) return advice;
  console.log(`Installing ${missing.join(', ')} ...`);
  const problem = await aptInstall(missing).then(
    () => null,
    (error: Error) => `${advice}\n${error.message}`,
  );
  return problem ?? (missingPackages(purpose).length === 0 ? null : advice);
}
