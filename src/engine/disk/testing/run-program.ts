import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Way } from './load-disk.ts';

const PROGRAM_TIMEOUT_MS = 20_000;

/**
 * Runs a program of a `testing` folder in a process of its own, for what a process can only be once: its
 * umask, its user. Returns what it printed, as JSON. Throws with its standard error when it fails.
 */
export async function runProgram(program: URL, way: Way, ...values: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(program), ...values], {
    timeout: PROGRAM_TIMEOUT_MS,
    env: { ...process.env, FERRY_NO_LIBC: way === 'node' ? '1' : '', NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout);
}

/** Becomes a user who owns nothing, where this process may; anybody else is one already. */
export function becomeNobody(): void {
  const NOBODY = 65_534;
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
