import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { fs } from './fs.ts';

/**
 * The system calls Node has no words for, through koffi: names relative to a folder's descriptor
 * (so nothing can be swapped underneath), exact times, holes, whole-file-system sync, rename that
 * never replaces. Linux only, x64 and arm64; everywhere else, and where the self-test fails, `libc`
 * is null and `folder.ts` takes its pure-Node way.
 */
export interface Libc {
  openat(dirFd: number, name: string, flags: number, mode: number): number;
  close(fd: number): void;
  /** Closes it on a thread of its own. */
  closeLater(fd: number): void;
  mkdirat(dirFd: number, name: string, mode: number): void;
  unlinkat(dirFd: number, name: string, flags: number): void;
  symlinkat(target: string, dirFd: number, name: string): void;
  readlinkat(dirFd: number, name: string): string;
  linkat(fromFd: number, from: string, toFd: number, to: string): void;
  /** `flags`: RENAME_NOREPLACE or 0. */
  renameat2(fromFd: number, from: string, toFd: number, to: string, flags: number): void;
  fchmod(fd: number, mode: number): void;
  /** Sets mtime (and atime to the same) of the name itself, never of what a link points to. */
  utimensat(dirFd: number, name: string, seconds: number, nanoseconds: number): void;
  futimens(fd: number, seconds: number, nanoseconds: number): void;
  /** Fills `STATX_BYTES` of `into`; an empty name means the descriptor itself. False when there is no such name. */
  statx(dirFd: number, name: string, into: Buffer): boolean;
  /** Next offset of data or of a hole at or after `offset`; -1 past the last data. */
  seekData(fd: number, offset: number): number;
  seekHole(fd: number, offset: number): number;
  /** Advice about all of a file; what comes of it is the system's business. */
  fadvise(fd: number, advice: number): void;
  /** Makes `to` share the storage of all of `from`. @throws EOPNOTSUPP, EXDEV, EINVAL and others where it cannot. */
  cloneFile(from: number, to: number): void;
  /** The same for a range; offsets and length in whole blocks of the file system, but for the end of `from`. */
  cloneRange(from: number, fromOffset: number, to: number, toOffset: number, length: number): void;
  /** Copies inside the kernel, as much as it takes in one call; returns how much that was. */
  copyRange(from: number, fromOffset: number, to: number, toOffset: number, length: number): number;
  /** Flushes the whole file system behind `fd`, on another thread; rejects with the errno. */
  syncfs(fd: number): Promise<void>;
}

export const STATX_BYTES = 256;
export const AT_FDCWD = -100;
export const AT_REMOVEDIR = 0x200;
export const RENAME_NOREPLACE = 1;

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
/** linux/fs.h: `_IOW(0x94, 9, int)` and `_IOW(0x94, 13, struct file_clone_range)`, the same on x64 and arm64. */
const FICLONE = 0x40049409;
const FICLONERANGE = 0x4020940d;
const CLONE_RANGE_BYTES = 32;
const ENOENT = 2;
const EIO = 5;
const ENXIO = 6;
const ENAMETOOLONG = 36;
/** UTIME: both entries of the timespec pair are set; atime follows mtime so a copy is reproducible. */
const TIMESPEC_PAIR_BYTES = 32;
const PATH_BYTES = 8 * 1024;

/** A failed call in the shape Node gives its own, so one mapping serves both. */
export function systemError(errno: number, syscall: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${code}: ${syscall}`), { code, errno: -errno, syscall });
}

type Native = (...values: unknown[]) => number;
interface AsyncNative extends Native {
  async(...values: unknown[]): void;
}
interface Koffi {
  load(name: string | null): { func(signature: string): AsyncNative };
  errno(): number;
}

function cString(scratch: Buffer, text: string): Buffer {
  if (text.length >= PATH_BYTES) throw systemError(ENAMETOOLONG, 'path');
  scratch.write(text, 0, 'latin1');
  scratch[text.length] = 0;
  return scratch;
}

function bind(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const lib = koffi.load(null);
  const openat = lib.func('int openat(int, const void *, int, int)');
  const close = lib.func('int close(int)');
  const mkdirat = lib.func('int mkdirat(int, const void *, int)');
  const unlinkat = lib.func('int unlinkat(int, const void *, int)');
  const symlinkat = lib.func('int symlinkat(const void *, int, const void *)');
  const readlinkat = lib.func('long readlinkat(int, const void *, void *, size_t)');
  const linkat = lib.func('int linkat(int, const void *, int, const void *, int)');
  const renameat2 = lib.func('int renameat2(int, const void *, int, const void *, unsigned int)');
  const fchmod = lib.func('int fchmod(int, int)');
  const utimensat = lib.func('int utimensat(int, const void *, const void *, int)');
  const futimens = lib.func('int futimens(int, const void *)');
  const statx = lib.func('int statx(int, const void *, int, unsigned int, void *)');
  const lseek = lib.func('int64_t lseek(int, int64_t, int)');
  const fadvise = lib.func('int posix_fadvise(int, int64_t, int64_t, int)');
  const syncfs = lib.func('int syncfs(int)');
  // Variadic in C, which makes no difference to how these arguments are passed on the two architectures.
  const ioctl = lib.func('int ioctl(int, unsigned long, intptr_t)');
  const ioctlWith = lib.func('int ioctl(int, unsigned long, void *)');
  const copyFileRange = lib.func('long copy_file_range(int, void *, int, void *, size_t, unsigned int)');

  const nameA = Buffer.alloc(PATH_BYTES + 1);
  const nameB = Buffer.alloc(PATH_BYTES + 1);
  const times = Buffer.alloc(TIMESPEC_PAIR_BYTES);
  const range = Buffer.alloc(CLONE_RANGE_BYTES);
  const [offsetA, offsetB] = [Buffer.alloc(8), Buffer.alloc(8)];

  function check(result: number, syscall: string): number {
    if (result < 0) throw systemError(koffi.errno(), syscall);
    return result;
  }

  function fillTimes(seconds: number, nanoseconds: number): Buffer {
    const high = Math.floor(seconds / 2 ** 32);
    for (const at of [0, 16]) {
      times.writeUInt32LE(seconds - high * 2 ** 32, at);
      times.writeInt32LE(high, at + 4);
      times.writeUInt32LE(nanoseconds, at + 8);
    }
    return times;
  }

  function seek(fd: number, offset: number, whence: number): number {
    const at = Number(lseek(fd, offset, whence));
    if (at >= 0) return at;
    const errno = koffi.errno();
    if (errno === ENXIO) return -1;
    throw systemError(errno, 'lseek');
  }

  return {
    openat: (dirFd, name, flags, mode) => check(openat(dirFd, cString(nameA, name), flags, mode), 'openat'),
    close: (fd) => void check(close(fd), 'close'),
    closeLater: (fd) => close.async(fd, () => undefined),
    mkdirat: (dirFd, name, mode) => void check(mkdirat(dirFd, cString(nameA, name), mode), 'mkdirat'),
    unlinkat: (dirFd, name, flags) => void check(unlinkat(dirFd, cString(nameA, name), flags), 'unlinkat'),
    symlinkat: (target, dirFd, name) =>
      void check(symlinkat(cString(nameB, target), dirFd, cString(nameA, name)), 'symlinkat'),
    readlinkat: (dirFd, name) => {
      const length = check(readlinkat(dirFd, cString(nameA, name), nameB, PATH_BYTES), 'readlinkat');
      return nameB.toString('latin1', 0, length);
    },
    linkat: (fromFd, from, toFd, to) =>
      void check(linkat(fromFd, cString(nameB, from), toFd, cString(nameA, to), 0), 'linkat'),
    renameat2: (fromFd, from, toFd, to, flags) =>
      void check(renameat2(fromFd, cString(nameB, from), toFd, cString(nameA, to), flags), 'renameat2'),
    fchmod: (fd, mode) => void check(fchmod(fd, mode), 'fchmod'),
    utimensat: (dirFd, name, seconds, nanoseconds) =>
      void check(
        utimensat(dirFd, cString(nameA, name), fillTimes(seconds, nanoseconds), AT_SYMLINK_NOFOLLOW),
        'utimensat',
      ),
    futimens: (fd, seconds, nanoseconds) =>
      void check(futimens(fd, fillTimes(seconds, nanoseconds)), 'futimens'),
    statx: (dirFd, name, into) => {
      const flags = AT_SYMLINK_NOFOLLOW | (name === '' ? AT_EMPTY_PATH : 0);
      if (statx(dirFd, cString(nameA, name), flags, STATX_BASIC_STATS, into) === 0) return true;
      const errno = koffi.errno();
      if (errno === ENOENT) return false;
      throw systemError(errno, 'statx');
    },
    cloneFile: (from, to) => void check(ioctl(to, FICLONE, from), 'ioctl'),
    cloneRange: (from, fromOffset, to, toOffset, length) => {
      for (const [at, value] of [from, fromOffset, length, toOffset].entries()) {
        range.writeBigInt64LE(BigInt(value), at * 8);
      }
      check(ioctlWith(to, FICLONERANGE, range), 'ioctl');
    },
    copyRange: (from, fromOffset, to, toOffset, length) => {
      offsetA.writeBigInt64LE(BigInt(fromOffset));
      offsetB.writeBigInt64LE(BigInt(toOffset));
      return check(Number(copyFileRange(from, offsetA, to, offsetB, length, 0)), 'copy_file_range');
    },
    seekData: (fd, offset) => seek(fd, offset, SEEK_DATA),
    seekHole: (fd, offset) => seek(fd, offset, SEEK_HOLE),
    fadvise: (fd, advice) => void fadvise(fd, 0, 0, advice),
    syncfs: (fd) =>
      new Promise((resolve, reject) => {
        syncfs.async(fd, (error: unknown, result: number) => {
          if (error) reject(error);
          else if (result < 0) reject(systemError(EIO, 'syncfs'));
          else resolve();
        });
      }),
  };
}

/** A wrong number or a wrong way to pass arguments would do something else than refuse descriptors that are none. */
function refusesClone(libc: Libc): boolean {
  const calls = [
    () => libc.cloneFile(-1, -1),
    () => libc.cloneRange(-1, 0, -1, 0, 0),
    () => libc.copyRange(-1, 0, -1, 0, 1),
  ];
  return calls.every((call) => {
    try {
      call();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EBADF';
    }
    return false;
  });
}

function selfTest(libc: Libc): boolean {
  const stat = Buffer.alloc(STATX_BYTES);
  const fd = libc.openat(AT_FDCWD, '/', fs.constants.O_DIRECTORY, 0);
  try {
    const isFolder = libc.statx(fd, '', stat) && (stat.readUInt16LE(28) & 0o170000) === 0o040000;
    return isFolder && !libc.statx(fd, 'ferry-no-such-name', stat) && refusesClone(libc);
  } finally {
    libc.close(fd);
  }
}

function load(): Libc | null {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return null;
  if (process.env['FERRY_NO_LIBC'] === '1') return null;
  try {
    const libc = bind();
    return selfTest(libc) ? libc : null;
  } catch {
    return null;
  }
}

export const libc: Libc | null = load();
