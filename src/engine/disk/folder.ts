import { promisify } from 'node:util';
import type { ByteName } from '../wire/byte-name.ts';
import { fs } from './fs.ts';
import { AT_FDCWD, AT_REMOVEDIR, libc, RENAME_NOREPLACE, systemError } from './libc.ts';
import { type Stat, statAt, statFd } from './stat.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, O_DIRECTORY } = fs.constants;
/** Close-on-exec has no constant in Node; the value is the kernel's on x64 and arm64. */
const O_CLOEXEC = 0o2000000;
const EIO = 5;
const FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** A folder that is held open by its owner: what is below it is reached through its descriptor alone. */
export interface OpenRoot {
  readonly fd: number;
  /** Absolute path when it was opened, exact bytes. */
  readonly path: Uint8Array;
}

/**
 * An open folder. Every operation names one component relative to its descriptor, so a parent that is
 * swapped for a link afterwards changes nothing.
 * Without libc the names go through `/proc/self/fd` on Linux and through the path elsewhere.
 * The owner closes it.
 */
export class Folder {
  readonly fd: number;
  /** Used where descriptors cannot be, and in messages. */
  readonly path: Buffer;

  private constructor(fd: number, path: Buffer) {
    this.fd = fd;
    this.path = path;
  }

  /** Opens a path of this machine's own user; its last component may be a link. @throws system errors. */
  static openPath(path: Buffer): Folder {
    const flags = O_RDONLY | O_DIRECTORY;
    const fd =
      libc === null
        ? fs.openSync(path, flags)
        : libc.openat(AT_FDCWD, path.toString('latin1'), flags | O_CLOEXEC, 0);
    return new Folder(fd, path);
  }

  /** A descriptor of its own for a folder that somebody else holds open, in whichever thread. */
  static below(root: OpenRoot): Folder {
    const path = Buffer.from(root.path);
    return new Folder(new Folder(root.fd, path).openFolder('.' as ByteName).fd, path);
  }

  /** A second descriptor of the same folder, with its own life. */
  static reopen(folder: Folder): Folder {
    return folder.openFolder('.' as ByteName);
  }

  close(): void {
    closeFd(this.fd);
  }

  /** Opens a child folder; never through a link. */
  openFolder(name: ByteName): Folder {
    const path = this.#path(name);
    const fd =
      libc === null
        ? fs.openSync(this.#via(name), FOLDER_FLAGS)
        : libc.openat(this.fd, name, FOLDER_FLAGS | O_CLOEXEC, 0);
    return new Folder(fd, path);
  }

  /** Names in this folder, unsorted, one character per byte. */
  readNames(): ByteName[] {
    const at = process.platform === 'linux' ? `/proc/self/fd/${this.fd}` : this.path;
    return fs.readdirSync(at, { encoding: 'latin1' }) as ByteName[];
  }

  stat(): Stat {
    return statFd(this.fd);
  }

  /** Stat of a name without following links; null when there is none. */
  statName(name: ByteName): Stat | null {
    return statAt(this.fd, name, () => this.#via(name));
  }

  /** Opens a file for reading; never through a link, never blocking on a FIFO. Returns a descriptor. */
  openFile(name: ByteName): number {
    const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
    return libc === null
      ? fs.openSync(this.#via(name), flags)
      : libc.openat(this.fd, name, flags | O_CLOEXEC, 0);
  }

  /** Opens a file for reading and writing; never through a link. Returns a descriptor. */
  openForUpdate(name: ByteName): number {
    const flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK;
    return libc === null
      ? fs.openSync(this.#via(name), flags)
      : libc.openat(this.fd, name, flags | O_CLOEXEC, 0);
  }

  /** Creates a file that must not exist yet. Returns a descriptor. */
  createFile(name: ByteName, mode: number): number {
    const flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW;
    return libc === null
      ? fs.openSync(this.#via(name), flags, mode)
      : libc.openat(this.fd, name, flags | O_CLOEXEC, mode);
  }

  createFolder(name: ByteName, mode: number): void {
    if (libc === null) fs.mkdirSync(this.#via(name), { mode });
    else libc.mkdirat(this.fd, name, mode);
  }

  createLink(name: ByteName, target: string): void {
    if (libc === null) fs.symlinkSync(Buffer.from(target, 'latin1'), this.#via(name));
    else libc.symlinkat(target, this.fd, name);
  }

  readLink(name: ByteName): string {
    if (libc !== null) return libc.readlinkat(this.fd, name);
    return fs.readlinkSync(this.#via(name), { encoding: 'latin1' });
  }

  /** A second name for a file that `from` already has. */
  createHardLink(name: ByteName, from: Folder, fromName: ByteName): void {
    if (libc === null) fs.linkSync(from.#via(fromName), this.#via(name));
    else libc.linkat(from.fd, fromName, this.fd, name);
  }

  removeFile(name: ByteName): void {
    if (libc === null) fs.unlinkSync(this.#via(name));
    else libc.unlinkat(this.fd, name, 0);
  }

  removeFolder(name: ByteName): void {
    if (libc === null) fs.rmdirSync(this.#via(name));
    else libc.unlinkat(this.fd, name, AT_REMOVEDIR);
  }

  /** Gives `name` the place of `target`, replacing a file that is there. */
  replace(name: ByteName, target: ByteName): void {
    if (libc === null) fs.renameSync(this.#via(name), this.#via(target));
    else libc.renameat2(this.fd, name, this.fd, target, 0);
    // Renaming onto a hard link of the same inode does nothing and leaves the old name behind.
    if (this.statName(name) !== null) this.removeFile(name);
  }

  /**
   * Moves `name` to `into/target` unless something is there.
   * @throws EEXIST, and then both names are as before.
   */
  publish(name: ByteName, into: Folder, target: ByteName, kind: 'file' | 'folder'): void {
    if (libc !== null) {
      try {
        libc.renameat2(this.fd, name, into.fd, target, RENAME_NOREPLACE);
        return;
      } catch (error) {
        if (!isUnsupported(error)) throw error;
      }
    }
    if (kind === 'file') this.#publishFileByLink(name, into, target);
    else this.#publishFolderOntoEmpty(name, into, target);
  }

  #publishFileByLink(name: ByteName, into: Folder, target: ByteName): void {
    into.createHardLink(target, this, name);
    this.removeFile(name);
  }

  /** mkdir takes the name atomically; renaming a folder onto an empty one replaces just that one. */
  #publishFolderOntoEmpty(name: ByteName, into: Folder, target: ByteName): void {
    into.createFolder(target, 0o700);
    try {
      fs.renameSync(this.#via(name), into.#via(target));
    } catch (error) {
      into.removeFolder(target);
      throw error;
    }
  }

  /** Permission bits of a child that is not a link. */
  setMode(name: ByteName, mode: number): void {
    const fd = this.openFile(name);
    try {
      setFdMode(fd, mode);
    } finally {
      closeFd(fd);
    }
  }

  /** mtime of a name, of a link itself too. Microseconds only where libc is absent. */
  setTimes(name: ByteName, mtimeSec: number, mtimeNs: number): void {
    if (libc !== null) {
      libc.utimensat(this.fd, name, mtimeSec, mtimeNs);
      return;
    }
    const time = nodeTime(mtimeSec, mtimeNs);
    fs.lutimesSync(this.#via(name), time, time);
  }

  /** Makes new and changed names of this folder durable. */
  sync(): void {
    fs.fsyncSync(this.fd);
  }

  #path(name: ByteName): Buffer {
    return Buffer.concat([this.path, Buffer.from('/'), Buffer.from(name, 'latin1')]);
  }

  #via(name: ByteName): Buffer {
    if (process.platform !== 'linux') return this.#path(name);
    return Buffer.concat([Buffer.from(`/proc/self/fd/${this.fd}/`), Buffer.from(name, 'latin1')]);
  }
}

function isUnsupported(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EINVAL' || code === 'ENOSYS';
}

/** Closes a descriptor that `Folder` opened: by the same hand, since Node tracks those it opened itself. */
export function closeFd(fd: number): void {
  if (libc === null) fs.closeSync(fd);
  else libc.close(fd);
}

/** The same on the thread pool: the last descriptor of a large file that has no name any more frees all of it. */
export function closeLater(fd: number): void {
  if (libc === null) fs.close(fd, () => undefined);
  else libc.closeLater(fd);
}

/** Permission bits of an open file; never setuid, setgid or sticky. */
export function setFdMode(fd: number, mode: number): void {
  if (libc === null) fs.fchmodSync(fd, mode & 0o777);
  else libc.fchmod(fd, mode & 0o777);
}

/** mtime of an open file, to the nanosecond where libc is there. */
export function setFdTimes(fd: number, mtimeSec: number, mtimeNs: number): void {
  if (libc !== null) {
    libc.futimens(fd, mtimeSec, mtimeNs);
    return;
  }
  const time = nodeTime(mtimeSec, mtimeNs);
  fs.futimesSync(fd, time, time);
}

/** A time for Node's calls: as text, because Node takes a negative number for "now". */
function nodeTime(seconds: number, nanoseconds: number): string {
  return String(seconds + nanoseconds / 1e9);
}

/** File systems on a network or in user space may let a signal interrupt a call; it is simply made again. */
function isInterrupted(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EINTR';
}

function uninterrupted(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!isInterrupted(error)) throw error;
    }
  }
}

/** Writes all of `bytes` at `position`: the kernel may take less in one call. */
export function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    const at = done;
    const written = uninterrupted(() => fs.writeSync(fd, bytes, at, bytes.length - at, position + at));
    if (written === 0) throw systemError(EIO, 'write');
    done += written;
  }
}

const writeOnPool = promisify(fs.write);

/** As `writeFully`, on the thread pool. */
export async function writeLater(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    try {
      const { bytesWritten } = await writeOnPool(fd, bytes, done, bytes.length - done, position + done);
      if (bytesWritten === 0) throw systemError(EIO, 'write');
      done += bytesWritten;
    } catch (error) {
      if (!isInterrupted(error)) throw error;
    }
  }
}

/** Reads up to `bytes.length` at `position`; less only at the end of the file. */
export function readFully(fd: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const at = done;
    const read = uninterrupted(() => fs.readSync(fd, bytes, at, bytes.length - at, position + at));
    if (read === 0) break;
    done += read;
  }
  return done;
}
