import { spawnSync } from 'node:child_process';
import type { Need } from '../e2e/expected-skips.ts';
import { findCommand } from './system-packages.ts';

/** Root in a container may still be refused, so it is tried. */
function canMakeNamespaces(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || findCommand('ip') === null) return false;
  return spawnSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' }).status === 0;
}

/**
 * Whether this machine has all of `needs`. Asked apart from what the tests ask themselves, so that a fault
 * there cannot skip them unseen.
 */
export function hasNeeds(needs: readonly Need[]): boolean {
  return needs.every((need) =>
    need === 'network-namespaces' ? canMakeNamespaces() : findCommand(need) !== null,
  );
}
