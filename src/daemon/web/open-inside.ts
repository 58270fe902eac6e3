import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { Failure } from '../../shared/failure.ts';

const SEPARATOR = Buffer.from(sep);

/** `folder/name`, both as bytes: names of files need not be text. */
export function joinBytes(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, SEPARATOR, name]);
}

/** What a handle really is, by the system's own book-keeping. */
async function pathOfHandle(handle: FileHandle, path: Buffer): Promise<Buffer> {
  if (process.platform === 'linux') {
    return await readlink(`/proc/self/fd/${handle.fd}`, { encoding: 'buffer' });
  }
  const [named, opened, real] = [await lstat(path), await handle.stat(), await realpath(path, 'buffer')];
  if (named.ino !== opened.ino || named.dev !== opened.dev) throw new Failure('changed');
  return real;
}

/**
 * Opens a file or folder for reading by a path that must be real from end to end: `path` holds no link and has
 * not been swapped for one while it was opened. Anything else (a FIFO, a device) is refused. The caller closes.
 * Throws Failure `vanished`, `special-file`, or what the system says.
 */
export async function openInside(path: Buffer): Promise<FileHandle> {
  // Windows has neither of the flags; the comparison below stands alone there
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags);
  try {
    const stat = await handle.stat();
    if (!stat.isFile() && !stat.isDirectory()) throw new Failure('special-file');
    if (!(await pathOfHandle(handle, path)).equals(path)) throw new Failure('changed');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Names in a folder, in byte order, as bytes. The same promise as {@link openInside}, where the system has it. */
export async function listInside(path: Buffer): Promise<Buffer[]> {
  const handle = await openInside(path);
  try {
    // by the handle where that works: the name may be swapped after it was checked
    const at = process.platform === 'linux' ? Buffer.from(`/proc/self/fd/${handle.fd}`) : path;
    const names = await readdir(at, { encoding: 'buffer' });
    return names.sort((left, right) => left.compare(right));
  } finally {
    await handle.close();
  }
}
