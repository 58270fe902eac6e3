import { fs } from './fs.ts';
import { libc, STATX_BYTES } from './libc.ts';

export type StatType = 'file' | 'folder' | 'link' | 'fifo' | 'socket' | 'device';

/** What is known of a name without opening it. Times are seconds and nanoseconds since 1970. */
export interface Stat {
  readonly type: StatType;
  /** Permission bits, `& 0o7777`. */
  readonly mode: number;
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  readonly ctimeSec: number;
  readonly ctimeNs: number;
  readonly linkCount: number;
  /** User id. */
  readonly owner: number;
  /** Bytes really allocated; less than `size` means holes. */
  readonly allocated: number;
  /** Device and inode, exact, as a key. */
  readonly inode: string;
}

/** Of `inode`, where it comes from statx. */
const DEVICE_CHARACTERS = 8;

const FORMAT = 0o170000;
const TYPES: ReadonlyMap<number, StatType> = new Map([
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
]);

function typeOf(mode: number): StatType {
  return TYPES.get(mode & FORMAT) ?? 'device';
}

const scratch = Buffer.alloc(STATX_BYTES);

function u64(at: number): number {
  return scratch.readUInt32LE(at + 4) * 2 ** 32 + scratch.readUInt32LE(at);
}

function i64(at: number): number {
  return scratch.readInt32LE(at + 4) * 2 ** 32 + scratch.readUInt32LE(at);
}

/** Reads the kernel's `struct statx` (the same on every architecture; offsets from linux/stat.h). */
function fromStatx(): Stat {
  const mode = scratch.readUInt16LE(28);
  return {
    type: typeOf(mode),
    mode: mode & 0o7777,
    size: u64(40),
    mtimeSec: i64(112),
    mtimeNs: scratch.readUInt32LE(120),
    ctimeSec: i64(96),
    ctimeNs: scratch.readUInt32LE(104),
    linkCount: scratch.readUInt32LE(16),
    owner: scratch.readUInt32LE(20),
    allocated: u64(48) * 512,
    inode: scratch.toString('latin1', 136, 144) + scratch.toString('latin1', 32, 40),
  };
}

const NS_PER_S = 1_000_000_000n;

/** Division that rounds down, so that times before 1970 keep nanoseconds >= 0. */
function splitNs(ns: bigint): { sec: number; ns: number } {
  const rest = ((ns % NS_PER_S) + NS_PER_S) % NS_PER_S;
  return { sec: Number((ns - rest) / NS_PER_S), ns: Number(rest) };
}

function fromNode(stat: import('node:fs').BigIntStats): Stat {
  const mtime = splitNs(stat.mtimeNs);
  const ctime = splitNs(stat.ctimeNs);
  const mode = Number(stat.mode);
  return {
    type: typeOf(mode),
    mode: mode & 0o7777,
    size: Number(stat.size),
    mtimeSec: mtime.sec,
    mtimeNs: mtime.ns,
    ctimeSec: ctime.sec,
    ctimeNs: ctime.ns,
    linkCount: Number(stat.nlink),
    owner: Number(stat.uid),
    allocated: Number(stat.blocks) * 512,
    inode: `${stat.dev}:${stat.ino}`,
  };
}

/** Stat of an open descriptor. */
export function statFd(fd: number): Stat {
  if (libc === null) return fromNode(fs.fstatSync(fd, { bigint: true }));
  libc.statx(fd, '', scratch);
  return fromStatx();
}

/** Stat of `name` in a folder, links not followed; null when there is none. */
export function statAt(folderFd: number, name: string, fallbackPath: () => Buffer): Stat | null {
  if (libc !== null) return libc.statx(folderFd, name, scratch) ? fromStatx() : null;
  const stat = fs.lstatSync(fallbackPath(), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : fromNode(stat);
}

/** Whether two are on one file system. */
export function isSameDevice(a: Pick<Stat, 'inode'>, b: Pick<Stat, 'inode'>): boolean {
  return deviceOf(a.inode) === deviceOf(b.inode);
}

/** The device is the first half of the key, as it is made above. */
function deviceOf(inode: string): string {
  return libc === null ? inode.slice(0, inode.indexOf(':')) : inode.slice(0, DEVICE_CHARACTERS);
}

/** Times that Node's calls set are off by less than this: they pass through a double. */
const INEXACT_NS = 1_000;

/** Whether a file that was given the time `b` would look like `a`: exactly, where times can be exact. */
export function isSameTime(
  a: Pick<Stat, 'mtimeSec' | 'mtimeNs'>,
  b: Pick<Stat, 'mtimeSec' | 'mtimeNs'>,
): boolean {
  if (libc !== null) return a.mtimeSec === b.mtimeSec && a.mtimeNs === b.mtimeNs;
  return Math.abs((a.mtimeSec - b.mtimeSec) * 1e9 + (a.mtimeNs - b.mtimeNs)) < INEXACT_NS;
}

/** Whether mode and time are exactly these already. */
export function hasMetadata(
  stat: Pick<Stat, 'mode' | 'mtimeSec' | 'mtimeNs'>,
  to: Pick<Stat, 'mode' | 'mtimeSec' | 'mtimeNs'>,
): boolean {
  return stat.mode === to.mode && stat.mtimeSec === to.mtimeSec && stat.mtimeNs === to.mtimeNs;
}

/** The fields that change when content does. */
export type VersionFields = Pick<Stat, 'size' | 'mtimeSec' | 'mtimeNs' | 'ctimeSec' | 'ctimeNs'>;

/** Same version of the same content, as far as size and times can tell. */
export function isSameVersion(a: VersionFields, b: VersionFields): boolean {
  return (
    a.size === b.size &&
    a.mtimeSec === b.mtimeSec &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeSec === b.ctimeSec &&
    a.ctimeNs === b.ctimeNs
  );
}
