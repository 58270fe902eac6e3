import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { removeTree } from '../../../../tools/trees/remove-tree.ts';

/** A new empty folder on a real disk, gone with the test that made it. */
export function makeTempFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ferry-test-'));
  onTestFinished(() => removeTree(path));
  return path;
}

/** Every name below `path`, folders with a slash behind, sorted. Links are not followed. */
export function namesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return [`${entry.name}/`, ...namesBelow(join(path, entry.name)).map((name) => `${entry.name}/${name}`)];
    })
    .sort();
}

/** Permission bits, with setuid, setgid and sticky. */
export function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

/** How many descriptors this process has open. Linux. */
export function countOpenDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
