import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { findBrowser } from '../tools/browser.ts';
import { findElectron } from '../tools/electron-binary.ts';
import { canCapCpu } from './cpu-cap.ts';
import { EXPECTED_SKIPS, type Need } from './expected-skips.ts';
import { canMount } from './loop-mount.ts';

const checks: Readonly<Record<Need, () => boolean>> = {
  // Root in a container may still be refused, so it is tried.
  'network-namespaces': () =>
    process.getuid?.() === 0 && runs('ip', ['-Version']) && runs('unshare', ['--net', '--mount', 'true']),
  mounts: () =>
    process.getuid?.() === 0 && runs('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp']),
  'loop-mounts': () => process.getuid?.() === 0 && existsSync('/dev/loop-control') && canLoop(),
  'mkfs.xfs': () => runs('mkfs.xfs', ['-V']),
  'mkfs.btrfs': () => runs('mkfs.btrfs', ['--version']),
  'memory-cgroup': () => existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
  faketime: () => runs('faketime', ['--version']),
  'another-user': () =>
    process.platform === 'linux' &&
    (process.getuid?.() !== 0 ||
      runs('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'true'])),
  btrfs: () => canMount('btrfs'),
  xfs: () => canMount('xfs'),
  tc: () => runs('tc', ['-Version']),
  'cpu-cgroup': canCapCpu,
  nft: () => runs('nft', ['--version']),
  // Where tracing is forbidden it is there all the same.
  strace: () => runs('strace', ['-o', '/dev/null', 'true']),
  'dbus-daemon': () => runs('dbus-daemon', ['--version']),
  'avahi-daemon': () => runs('avahi-daemon', ['--version']),
  'avahi-browse': () => runs('avahi-browse', ['--version']),
  rsync: () => runs('rsync', ['--version']),
  rdiff: () => runs('rdiff', ['--version']),
  chromium: () => findBrowser() !== null,
  'proc-io': () => existsSync('/proc/self/io'),
  // Looked for as a file: asking the package would fetch it. Without a display it cannot open a window.
  'electron-binary': () =>
    findElectron() !== null &&
    (process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])),
};

const answers = new Map<Need, boolean>();

/** Those of `needs` that this machine does not have. */
export function missingNeeds(needs: readonly Need[]): readonly Need[] {
  return needs.filter((need) => {
    const known = answers.get(need) ?? checks[need]();
    answers.set(need, known);
    return !known;
  });
}

/**
 * A suite that is left out, by name, on machines that lack what `expected-skips.ts` lists for it. Throws
 * for a name that is not listed: nothing is skipped unseen. `concurrent`: its tests run at the same time.
 */
export function describeIfPossible(
  name: string,
  body: () => void,
  { concurrent = false }: { readonly concurrent?: boolean } = {},
): void {
  const expected = EXPECTED_SKIPS.find((skip) => skip.name === name);
  if (expected === undefined) throw new Error(`'${name}' is not listed in expected-skips.ts`);
  describe.skipIf(missingNeeds(expected.needs).length > 0)(name, { concurrent }, body);
}

/** Tried, because a container may show the device and refuse it. */
function canLoop(): boolean {
  return runs('sh', ['-c', 'f=$(losetup -f) && test -b "$f"']);
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
