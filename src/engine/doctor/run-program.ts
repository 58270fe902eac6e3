import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';

/** No check takes longer than 3 s, and firewalls with thousands of rules are read within this. */
const TIMEOUT_MS = 2_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
/** People without root often lack these on their PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * What a program of the system prints, in the untranslated language; null when it is not there, refuses, or
 * takes too long. It is ended with `signal`.
 */
export function outputOf(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const folders = process.platform === 'win32' ? [] : SYSTEM_FOLDERS;
  const path = [process.env['PATH'] ?? '', ...folders].filter(Boolean).join(delimiter);
  const options = {
    env: { ...process.env, PATH: path, LC_ALL: 'C' },
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    signal,
  };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
