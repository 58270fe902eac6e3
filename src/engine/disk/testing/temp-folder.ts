import { spawnSync } from 'node:child_process';
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

/**
 * Every name below `path`, folders with a slash behind, sorted, one character per byte. Links are not
 * followed.
 */
export function namesBelow(path: string): string[] {
  return namesBelowBytes(Buffer.from(path)).sort();
}

function namesBelowBytes(path: Buffer): string[] {
  return readdirSync(path, { withFileTypes: true, encoding: 'buffer' }).flatMap((entry) => {
    const name = entry.name.toString('latin1');
    if (!entry.isDirectory()) return [name];
    const below = namesBelowBytes(Buffer.concat([path, Buffer.from('/'), entry.name]));
    return [`${name}/`, ...below.map((each) => `${name}/${each}`)];
  });
}

/** Makes a FIFO, which Node has no call for. */
export function makeFifo(path: string): void {
  run('mkfifo', path);
}

function run(command: string, ...values: string[]): void {
  const { status } = spawnSync(command, values);
  if (status !== 0) throw new Error(`${command} failed`);
}

/** Permission bits, with setuid, setgid and sticky. */
export function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

/** How many descriptors this process has open. Linux. */
export function countOpenDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
