import { dirname, join, resolve } from 'node:path';
import { fs } from './fs.ts';

/** Where the kernel lists what is mounted for this process; see proc_pid_mountinfo(5). */
const MOUNTS = '/proc/self/mountinfo';
/** Of its fields, counted from 0. */
const MOUNT_POINT_FIELD = 4;
/** More links in a row than the kernel follows lead nowhere. */
const MAX_LINKS = 40;

/** A mounted file system. */
export interface Mount {
  /** Absolute path, exact bytes as latin1. */
  readonly point: string;
  /** As the kernel calls it: `ext4`, `vfat`, `fuse.sshfs`. */
  readonly type: string;
}

/** Reads the kernel's list; the last of several at one place is what is seen there. */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ');
    const point = before?.split(' ')[MOUNT_POINT_FIELD];
    const type = after?.split(' ')[0];
    if (point !== undefined && type !== undefined) mounts.push({ point: unescape(point), type });
  }
  return mounts;
}

/** Spaces, tabs, newlines and backslashes are written as octal. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The mount that a path without links is on. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  let found: Mount | null = null;
  for (const mount of mounts) {
    const isAbove = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`);
    if (isAbove && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  }
  return found;
}

/**
 * The mount that a path is on, or would be if it were there; null where that cannot be told. When the file
 * system of a destination is gone, the same path leads to what it was mounted on.
 * @param path exact bytes, absolute.
 */
export async function findMount(path: Uint8Array): Promise<Mount | null> {
  if (process.platform !== 'linux') return null;
  try {
    const mounts = parseMounts(await fs.promises.readFile(MOUNTS, 'latin1'));
    return mountOf(await withoutLinks(Buffer.from(path).toString('latin1')), mounts);
  } catch {
    return null;
  }
}

/** Follows links as far as there is something, the last of them to where there is nothing. */
async function withoutLinks(path: string): Promise<string> {
  let at = path;
  let rest = '';
  for (let links = 0; links < MAX_LINKS; ) {
    try {
      const real = await fs.promises.realpath(Buffer.from(at, 'latin1'), { encoding: 'buffer' });
      return join(real.toString('latin1'), rest);
    } catch {
      const target = await linkAt(at);
      if (target !== null) {
        links += 1;
        at = resolve(dirname(at), target);
      } else {
        if (dirname(at) === at) return join(at, rest);
        rest = join(at.slice(dirname(at).length), rest);
        at = dirname(at);
      }
    }
  }
  return path;
}

async function linkAt(path: string): Promise<string | null> {
  try {
    return await fs.promises.readlink(Buffer.from(path, 'latin1'), { encoding: 'latin1' });
  } catch {
    return null;
  }
}
