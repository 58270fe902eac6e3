import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import type { Need } from '../e2e/expected-skips.ts';
import { findCommand } from './system-packages.ts';

/** Root in a container may still be refused, so it is tried. */
function canMakeNamespaces(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || findCommand('ip') === null) return false;
  return spawnSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' }).status === 0;
}

function succeeds(command: string, args: readonly string[]): boolean {
  return findCommand(command) !== null && spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return succeeds('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
}

/** Root becomes somebody else by setpriv; everybody else is somebody else already. */
function canBeAnotherUser(): boolean {
  if (process.platform !== 'linux') return false;
  if (process.getuid?.() !== 0) return true;
  return succeeds('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'true']);
}

/** The kernel has it, and there is a program that makes one. */
function canMakeFileSystem(type: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || findCommand(`mkfs.${type}`) === null)
    return false;
  return readFileSync('/proc/filesystems', 'utf8')
    .split('\n')
    .some((line) => line.trim() === type);
}

/** By the file that sets the share of a group, where version 1 has it, or version 2 for groups in the root. */
function canShareProcessor(): boolean {
  try {
    accessSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us', constants.W_OK);
    return true;
  } catch {
    const enabled = '/sys/fs/cgroup/cgroup.subtree_control';
    return process.getuid?.() === 0 && existsSync(enabled) && readFileSync(enabled, 'utf8').includes('cpu');
  }
}

const CHECKS: Readonly<Partial<Record<Need, () => boolean>>> = {
  'network-namespaces': canMakeNamespaces,
  mounts: canMount,
  'another-user': canBeAnotherUser,
  'loop-mounts': () => process.getuid?.() === 0 && succeeds('losetup', ['-f']),
  btrfs: () => canMakeFileSystem('btrfs'),
  xfs: () => canMakeFileSystem('xfs'),
  'cpu-cgroup': canShareProcessor,
  'memory-cgroup': () => existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
  'proc-io': () => existsSync('/proc/self/io'),
};

/**
 * Whether this machine has all of `needs`. Asked apart from what the tests ask themselves, so that a fault
 * there cannot skip them unseen.
 */
export function hasNeeds(needs: readonly Need[]): boolean {
  return needs.every((need) => CHECKS[need]?.() ?? findCommand(need) !== null);
}
