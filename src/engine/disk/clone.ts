import { setImmediate as nextTurn } from 'node:timers/promises';
import { readFully, writeFully } from './folder.ts';
import { fs } from './fs.ts';
import { libc, systemError } from './libc.ts';

/** Whether two files share storage afterwards, or each has its own. */
export type BroughtBy = 'cloned' | 'copied';

/** Bytes that are copied between two looks at what else is to be done. */
const PIECE_BYTES = 1024 * 1024;
const EIO = 5;

/** Errors that say that these two files cannot share storage; anything else is a failure. */
const CANNOT_CLONE: ReadonlySet<string> = new Set([
  ...['EOPNOTSUPP', 'ENOTSUP', 'ENOTTY', 'ENOSYS', 'EXDEV', 'EINVAL', 'EPERM', 'ETXTBSY', 'EISDIR', 'EBADF'],
]);

function isCannotClone(error: unknown): boolean {
  return CANNOT_CLONE.has((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Makes the empty file `to` share all of `from`. False where the file system cannot, and then nothing has changed.
 * Through libc on Linux, else by Node's way to the same call, which takes paths.
 * @throws system errors of a clone that failed half-way, such as ENOSPC.
 */
export function cloneWhole(from: number, to: number): boolean {
  try {
    if (libc !== null) libc.cloneFile(from, to);
    else if (process.platform === 'linux') cloneByNode(from, to);
    else return false;
    return true;
  } catch (error) {
    if (isCannotClone(error)) return false;
    throw error;
  }
}

function cloneByNode(from: number, to: number): void {
  const mode = fs.fstatSync(to).mode & 0o777;
  const path = (fd: number) => `/proc/self/fd/${fd}`;
  try {
    fs.copyFileSync(path(from), path(to), fs.constants.COPYFILE_FICLONE_FORCE);
  } finally {
    // It gives the target the mode of the source first, whatever comes of it.
    fs.fchmodSync(to, mode);
  }
}

/**
 * Brings a range of `from` to `to`: shares it where the file system can and the range fits its blocks, else copies
 * it, inside the kernel where that works. Holes become zeros where it is copied. Synchronous; keep ranges short
 * where they may be copied. @throws system errors, EIO where `from` is shorter.
 */
export function bringRange(
  from: number,
  fromOffset: number,
  to: number,
  toOffset: number,
  length: number,
): BroughtBy {
  if (libc !== null) {
    try {
      libc.cloneRange(from, fromOffset, to, toOffset, length);
      return 'cloned';
    } catch (error) {
      if (!isCannotClone(error)) throw error;
    }
  }
  copyRange(from, fromOffset, to, toOffset, length);
  return 'copied';
}

function copyRange(from: number, fromOffset: number, to: number, toOffset: number, length: number): void {
  const done = libc === null ? 0 : copyInKernel(from, fromOffset, to, toOffset, length);
  if (done === length) return;
  const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, length - done));
  for (let at = done; at < length; at += PIECE_BYTES) {
    const piece = buffer.subarray(0, Math.min(PIECE_BYTES, length - at));
    if (readFully(from, piece, fromOffset + at) < piece.length) throw systemError(EIO, 'read');
    writeFully(to, piece, toOffset + at);
  }
}

/**
 * Copies a range without its content passing through this process. Returns how much of it was copied: some file
 * systems, and some pairs of them, refuse. @throws system errors, such as ENOSPC.
 */
export function copyInKernel(
  from: number,
  fromOffset: number,
  to: number,
  toOffset: number,
  length: number,
): number {
  let done = 0;
  try {
    while (done < length) {
      const count = libc?.copyRange(from, fromOffset + done, to, toOffset + done, length - done) ?? 0;
      if (count === 0) break;
      done += count;
    }
  } catch (error) {
    if (!isCannotClone(error)) throw error;
  }
  return done;
}

/**
 * Brings all `length` bytes of `from` to the empty file `to`, in pieces with a turn of the loop between; holes stay
 * holes where they can be found. @param isWanted asked between pieces; false ends it early.
 * @throws system errors, EIO where `from` is shorter.
 */
export async function bringWhole(
  from: number,
  to: number,
  length: number,
  isWanted: () => boolean,
): Promise<BroughtBy> {
  if (cloneWhole(from, to)) return 'cloned';
  for (let at = 0; at < length && isWanted(); ) {
    const data = libc === null ? at : libc.seekData(from, at);
    if (data < 0 || data >= length) break;
    const hole = libc === null ? length : Math.min(length, libc.seekHole(from, data));
    const count = Math.min(PIECE_BYTES, hole - data);
    copyRange(from, data, to, data, count);
    at = data + count;
    await nextTurn();
  }
  // The end may be a hole.
  fs.ftruncateSync(to, length);
  return 'copied';
}
