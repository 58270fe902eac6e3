import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, Run } from '../device.ts';

/** Something that must hold after every row, and does not. */
export function violated(invariant: string, what: string): Error {
  return new Error(`${invariant}: ${what}`);
}

/** Names, kinds, sizes, times and content of a tree as one text: equal only if nothing was touched. */
export function fingerprintOf(root: string): string {
  const hash = createHash('sha256');
  const visit = (path: string, name: string): void => {
    const stat = lstatSync(path, { bigint: true });
    hash.update(`${name}\0${stat.mode}\0${stat.isDirectory() ? '' : stat.size}\0${stat.mtimeNs}\n`);
    if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
    else if (stat.isFile()) hash.update(readFileSync(path));
    else if (stat.isDirectory()) {
      for (const child of readdirSync(path).toSorted()) visit(join(path, child), join(name, child));
    }
  };
  visit(root, '');
  return hash.digest('hex');
}

/** Everything below a folder that looks like a part of Ferry's. */
export function partsBelow(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return entries
    .filter((entry) => {
      const name = entry.slice(entry.lastIndexOf('/') + 1);
      return name.startsWith('.ferry-') && name.endsWith('.part');
    })
    .map((entry) => join(root, entry));
}

const DOCUMENTED_EXITS: ReadonlySet<number | null> = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
/** Escape, other controls but tab and newline, and the C1 controls. */
const RAW_CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const STACK = /^ {4}at \S/m;

/** I3: a documented exit and no stack trace. I8: no raw control byte. */
export function checkRun(run: Pick<Run, 'code' | 'stdout' | 'stderr'>): void {
  if (!DOCUMENTED_EXITS.has(run.code)) {
    throw violated('I3', `exit ${run.code}: ${run.stderr.slice(-500)}${run.stdout.slice(-500)}`);
  }
  if (STACK.test(run.stderr)) throw violated('I3', `a stack trace: ${run.stderr.slice(-800)}`);
  if (RAW_CONTROL.test(run.stdout)) throw violated('I8', JSON.stringify(run.stdout.slice(-300)));
}

/** I6 at any time: nobody ends by itself. */
export function checkRunning({ name, served }: Device): void {
  if (served.isRunning) return;
  throw violated('I6', `${name} has ended by itself, ${served.ending}: ${served.stderr.slice(-1_500)}`);
}

/** What a process holds. */
export interface Holdings {
  readonly descriptors: number;
  readonly residentBytes: number;
  readonly threads: number;
}

/** Reads it from /proc. */
export function holdingsOf(pid: number): Holdings {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    residentBytes: field('VmRSS') * 1024,
    threads: field('Threads'),
  };
}
