import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** -n with checksums and times to the nanosecond; owners are not compared, hard links are. */
const FLAGS = ['-aHn', '-@-1', '--no-o', '--no-g', '--checksum', '--itemize-changes', '--delete'];
const MAX_OUTPUT_BYTES = 64 << 20;

/** Whether rsync is on the PATH. */
export async function hasRsync(): Promise<boolean> {
  return run('rsync', ['--version']).then(
    () => true,
    () => false,
  );
}

/**
 * What rsync would change to make `destination` like `source`, one line each; empty means identical.
 * Throws when rsync could not compare. It does not see lost holes, nor names hard-linked only at the
 * destination: `compare-by-node.ts` does.
 */
export async function compareByRsync(source: string, destination: string): Promise<string[]> {
  const { stdout } = await run('rsync', [...FLAGS, `${source}/`, `${destination}/`], {
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, LC_ALL: 'C' },
  });
  return stdout.split('\n').filter((line) => line !== '');
}
