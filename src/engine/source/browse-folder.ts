import { Failure, toFailure } from '../../shared/failure.ts';
import { Folder, type OpenRoot } from '../disk/folder.ts';
import { openInside } from '../disk/inside.ts';
import { isPartName } from '../disk/part-names.ts';
import type { Stat } from '../disk/stat.ts';
import {
  type BrowseEntry,
  ENTRY_HEAD_BYTES,
  encodeEntries,
  MAX_BROWSED_BYTES,
} from '../wire/browse-entries.ts';
import { type ByteName, fromBytes } from '../wire/byte-name.ts';
import { readWay } from '../wire/way.ts';

/** What somebody wants to know of a place, or to have made there. Plain data. */
export interface BrowseOrder {
  /** Null: `way` is an absolute path of this machine's own user, and links on it are followed. */
  readonly root: OpenRoot | null;
  /** Names joined by '/', exact bytes. */
  readonly way: Uint8Array;
  readonly action: 'list' | 'look' | 'make';
  /** Of `list`: the last name of the page before, exact bytes; empty is the beginning. */
  readonly after: Uint8Array;
  readonly limit: number;
}

export interface BrowseAnswer {
  /** See wire/browse-entries.ts. */
  readonly entries: Uint8Array;
  /** Last name of this page where there is more. */
  readonly next: Uint8Array | null;
  /** Of `look`; null: nothing is there. */
  readonly at: Omit<BrowseEntry, 'name'> | null;
}

/** Beyond what a Date can hold no time is told. */
const MAX_TIME_MS = 8.64e15;

const NOTHING = new Uint8Array(0);

/**
 * Looks at a folder or name, or makes a folder. Synchronous: it runs in a data worker.
 * @throws Failure `no-such-path`, `destination-not-folder`, `exists`, `no-permission`, `no-right`.
 */
export function browseFolder(order: BrowseOrder): BrowseAnswer {
  switch (order.action) {
    case 'list':
      return list(order);
    case 'look':
      return { entries: NOTHING, next: null, at: look(order) };
    case 'make':
      make(order);
      return { entries: NOTHING, next: null, at: null };
  }
}

function list({ root, way, after, limit }: BrowseOrder): BrowseAnswer {
  const folder = openAt(root, way);
  try {
    // What is half copied shows to nobody.
    const names = folder
      .readNames()
      .filter((name) => !isPartName(name))
      .sort();
    const last = fromBytes(after);
    const from = after.length === 0 ? 0 : names.findIndex((name) => name > last);
    if (from < 0) return { entries: NOTHING, next: null, at: null };
    const entries: BrowseEntry[] = [];
    let bytes = 0;
    let at = from;
    for (; at < names.length && entries.length < limit; at++) {
      const name = names[at] as ByteName;
      bytes += ENTRY_HEAD_BYTES + name.length;
      if (bytes > MAX_BROWSED_BYTES) break;
      const stat = folder.statName(name);
      if (stat !== null) entries.push({ name, ...shown(stat) });
    }
    const next = at < names.length ? Buffer.from(names[at - 1] as ByteName, 'latin1') : null;
    return { entries: encodeEntries(entries), next, at: null };
  } finally {
    folder.close();
  }
}

function look({ root, way }: BrowseOrder): BrowseAnswer['at'] {
  return within(root, way, (parent, name) => {
    const stat = name === null ? parent.stat() : parent.statName(name);
    return stat === null ? null : shown(stat);
  });
}

function make({ root, way }: BrowseOrder): void {
  within(root, way, (parent, name) => {
    if (name === null) throw new Failure('exists');
    try {
      parent.createFolder(name, 0o777);
      parent.sync();
    } catch (error) {
      throw toFailure(error, Buffer.from(name, 'latin1').toString('utf8'));
    }
  });
}

/** Runs `step` in the folder that holds the last component; null: the way is the root itself. */
function within<Value>(
  root: OpenRoot | null,
  way: Uint8Array,
  step: (parent: Folder, name: ByteName | null) => Value,
): Value {
  const at = root === null ? Buffer.from(way).lastIndexOf('/') : -1;
  const names = root === null ? [fromBytes(way.subarray(at + 1))] : readWay(way);
  const name = names.at(-1) ?? null;
  const parent =
    root === null
      ? openPath(at <= 0 ? Buffer.from('/') : way.subarray(0, at))
      : openInside(root, names.slice(0, -1), 'fail');
  try {
    return step(parent, name === '' ? null : name);
  } finally {
    parent.close();
  }
}

function openAt(root: OpenRoot | null, way: Uint8Array): Folder {
  return root === null ? openPath(way) : openInside(root, readWay(way), 'read');
}

function openPath(path: Uint8Array): Folder {
  const subject = Buffer.from(path).toString('utf8');
  try {
    return Folder.openPath(Buffer.from(path));
  } catch (error) {
    const failure = toFailure(error, subject, 'io');
    if (failure.reason === 'ENOENT') throw new Failure('no-such-path', { subject }, error);
    if (failure.reason === 'ENOTDIR')
      throw new Failure('no-such-path', { subject, reason: 'not a folder' }, error);
    throw failure;
  }
}

function shown(stat: Stat): Omit<BrowseEntry, 'name'> {
  const isPlain = stat.type === 'file' || stat.type === 'folder' || stat.type === 'link';
  return {
    type: isPlain ? stat.type : 'special',
    bytes: stat.type === 'file' ? stat.size : 0,
    mtimeMs: Math.max(
      -MAX_TIME_MS,
      Math.min(MAX_TIME_MS, stat.mtimeSec * 1000 + Math.floor(stat.mtimeNs / 1e6)),
    ),
  };
}
