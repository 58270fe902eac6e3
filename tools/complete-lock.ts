/**
 * Completes package-lock.json with the optional packages of other platforms, which npm leaves out when it
 * writes the lock with `node_modules` present (decision 0012). Run it after every change of dependencies.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from './project-files.ts';

const run = promisify(execFile);
const LOCK = join(projectFolder, 'package-lock.json');

type Entry = Record<string, unknown> & {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

interface Lock {
  packages: Record<string, Entry>;
}

async function view(spec: string): Promise<Record<string, unknown> | null> {
  const answer = await run('npm', ['view', spec, '--json'], { maxBuffer: 64 << 20 }).catch(() => null);
  if (answer === null) return null;
  const found: unknown = JSON.parse(answer.stdout);
  return (Array.isArray(found) ? found.at(-1) : found) as Record<string, unknown>;
}

/**
 * What the lock says of a package, as the registry describes it. A registry that mirrors others may lack this
 * version for a foreign platform: then the newest it has tells the platform, and there is no checksum.
 */
async function describe(name: string, version: string): Promise<Entry | null> {
  const exact = await view(`${name}@${version}`);
  const found = exact ?? (await view(name));
  if (found === null) return null;
  const kept = ['cpu', 'os', 'libc', 'license', 'engines', 'dependencies', 'optionalDependencies'];
  const entry = Object.fromEntries(kept.filter((key) => key in found).map((key) => [key, found[key]]));
  if (exact === null) return { version, ...entry, optional: true };
  const { integrity } = exact['dist'] as { readonly integrity: string };
  return { version: exact['version'] as string, ...entry, integrity, optional: true };
}

/** Optional packages that an entry of the lock names and that the lock does not hold where it may look for them. */
function findMissing(lock: Lock): { name: string; range: string; dev: boolean }[] {
  const missing = new Map<string, { name: string; range: string; dev: boolean }>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const isThere =
        `node_modules/${name}` in lock.packages || `${place}/node_modules/${name}` in lock.packages;
      if (!isThere) missing.set(name, { name, range, dev: entry.dev === true });
    }
  }
  return [...missing.values()];
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as Lock;
let added = 0;
const unknown = new Set<string>();
for (;;) {
  const missing = findMissing(lock).filter(({ name }) => !unknown.has(name));
  if (missing.length === 0) break;
  for (const { name, range, dev } of missing) {
    const entry = await describe(name, range);
    if (entry === null) {
      unknown.add(name);
      continue;
    }
    lock.packages[`node_modules/${name}`] = dev ? { ...entry, dev: true } : entry;
    added += 1;
  }
}
const { '': root, ...others } = lock.packages;
const sorted = Object.entries(others).toSorted(([a], [b]) => (a < b ? -1 : 1));
lock.packages = { ...(root === undefined ? {} : { '': root }), ...Object.fromEntries(sorted) };
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages added; not in the registry: ${[...unknown].join(', ') || 'none'}`);
