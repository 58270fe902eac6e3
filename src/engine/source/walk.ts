import type { FailureCode } from '../../shared/failure.ts';
import { toFailure } from '../../shared/failure.ts';
import type { Folder } from '../disk/folder.ts';
import type { FolderTree } from '../disk/folder-tree.ts';
import type { Stat } from '../disk/stat.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { MAX_FOLDER_DEPTH } from '../wire/limits.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { recordOfPiece } from './piece.ts';
import type { Selection } from './selection.ts';
import type { Wanted } from './wanted.ts';

/** Names that Ferry gives to parts; a walk of a home that is being written into leaves them out. */
export function isLivePart(name: string, livePrefixes: ReadonlySet<string>): boolean {
  if (!name.startsWith('.ferry-') || !name.endsWith('.part')) return false;
  for (const prefix of livePrefixes) if (name.startsWith(prefix)) return true;
  return false;
}

/** Smaller files may lie in the table of files itself, with nothing allocated. */
const SMALLEST_SPARSE_BYTES = 4_096;

/** A folder that is walked, and what of it is listed; null is everything. */
interface Place {
  readonly path: BytePath;
  readonly wanted: Wanted | null;
}

/** A folder that was found in another one. */
interface Found {
  readonly folder: Folder;
  readonly name: ByteName;
  readonly place: Place;
  /** What it is called there. */
  readonly onDisk: ByteName;
}

interface Pending extends Place {
  readonly number: number;
}

/**
 * Walks a selection depth first and yields its listing records, one folder at a time, children in byte
 * order. Never follows links, never opens anything but folders. A folder that cannot be read becomes a
 * problem record; the walk goes on.
 */
export function* walk(
  selection: Selection,
  tree: FolderTree,
  livePrefixes: ReadonlySet<string>,
): Generator<ListingRecord, void> {
  const walker = new Walker(tree, livePrefixes);
  yield { kind: 'enter', folder: 0 };
  for (const name of selection.names()) {
    const onDisk = tree.nameOnDisk([name]);
    const place = { path: [], wanted: selection.wanted };
    const record = walker.describe(tree.parentOf([name]), name, place, onDisk);
    const range = selection.ranges.get(name);
    if (record !== null) yield range === undefined ? record : recordOfPiece(record, range);
  }
  for (let next = walker.next(); next !== undefined; next = walker.next()) {
    yield* walker.folder(next);
  }
}

class Walker {
  readonly #tree: FolderTree;
  readonly #livePrefixes: ReadonlySet<string>;
  readonly #groups = new Map<string, number>();
  /** Folders found and not yet entered; the last one is next, so siblings are reversed when pushed. */
  readonly #stack: Pending[] = [];
  #found: Pending[] = [];
  #folders = 0;

  constructor(tree: FolderTree, livePrefixes: ReadonlySet<string>) {
    this.#tree = tree;
    this.#livePrefixes = livePrefixes;
  }

  next(): Pending | undefined {
    for (const folder of this.#found.reverse()) this.#stack.push(folder);
    this.#found = [];
    return this.#stack.pop();
  }

  *folder({ number, path, wanted }: Pending): Generator<ListingRecord, void> {
    let names: ByteName[];
    try {
      names = this.#tree.get(path).readNames().sort();
    } catch (error) {
      // What vanished since it was listed simply has no children; anything else must be said.
      if (isGone(error)) return;
      yield { kind: 'enter', folder: number };
      yield problem(EVERYTHING, error);
      return;
    }
    yield { kind: 'enter', folder: number };
    for (const name of names) {
      if (wanted !== null && !wanted.has(name)) continue;
      const record = this.#child(name, { path, wanted });
      if (record !== null) yield record;
    }
  }

  #child(name: ByteName, place: Place): ListingRecord | null {
    if (isLivePart(name, this.#livePrefixes)) {
      return { kind: 'problem', name, code: 'special-file', reason: 'live part' };
    }
    let folder: Folder;
    try {
      folder = this.#tree.get(place.path);
    } catch (error) {
      // Wants may have closed it meanwhile, and somebody moved it: its names are known, so they are listed.
      return problem(name, error);
    }
    return this.describe(folder, name, place);
  }

  /**
   * One entry as a record; null when it vanished between the folder's reading and now.
   * @param onDisk what it is called there.
   */
  describe(folder: Folder, name: ByteName, place: Place, onDisk = name): ListingRecord | null {
    let stat: Stat | null;
    try {
      stat = folder.statName(onDisk);
    } catch (error) {
      return problem(name, error);
    }
    if (stat === null) return place.path.length === 0 ? problem(name, { code: 'ENOENT' }) : null;
    switch (stat.type) {
      case 'folder':
        return this.#folderRecord({ folder, name, place, onDisk }, stat);
      case 'file':
        return this.#fileRecord(name, stat);
      case 'link':
        return linkRecord(folder, name, onDisk, stat);
      case 'fifo':
      case 'socket':
      case 'device':
        return { kind: 'problem', name, code: 'special-file', reason: stat.type };
    }
  }

  #folderRecord({ folder, name, place, onDisk }: Found, stat: Stat): ListingRecord {
    const { path, wanted } = place;
    if (path.length + 1 >= MAX_FOLDER_DEPTH) {
      return { kind: 'problem', name, code: 'name-too-long', reason: 'too deep' };
    }
    try {
      if (!isSurelyOpen(stat)) folder.openFolder(onDisk).close();
    } catch (error) {
      return problem(name, error);
    }
    this.#folders += 1;
    this.#found.push({
      number: this.#folders,
      path: [...path, name],
      wanted: wanted?.get(name) ?? null,
    });
    return { kind: 'folder', name, mode: stat.mode & 0o777, mtimeSec: stat.mtimeSec, mtimeNs: stat.mtimeNs };
  }

  #fileRecord(name: ByteName, stat: Stat): ListingRecord {
    return {
      kind: 'file',
      name,
      mode: stat.mode & 0o777,
      version: stat,
      holeBytes: stat.size > SMALLEST_SPARSE_BYTES ? Math.max(0, stat.size - stat.allocated) : 0,
      group: stat.linkCount > 1 ? this.#group(stat.inode) : 0,
    };
  }

  #group(inode: string): number {
    const known = this.#groups.get(inode);
    if (known !== undefined) return known;
    const group = this.#groups.size + 1;
    this.#groups.set(inode, group);
    return group;
  }
}

function linkRecord(folder: Folder, name: ByteName, onDisk: ByteName, stat: Stat): ListingRecord {
  try {
    const target = folder.readLink(onDisk);
    return { kind: 'link', name, target, mtimeSec: stat.mtimeSec, mtimeNs: stat.mtimeNs };
  } catch (error) {
    return problem(name, error);
  }
}

const OWNER_READS_AND_ENTERS = 0o500;
const userId = process.getuid?.() ?? -1;

/**
 * Whether the modes alone say that a folder can be opened: then it is opened once, when its turn has come. Where
 * something else forbids it, that is said there.
 */
function isSurelyOpen({ mode, owner }: Stat): boolean {
  return owner === userId && (mode & OWNER_READS_AND_ENTERS) === OWNER_READS_AND_ENTERS;
}

/** Stands for the children of a folder whose names could not be read. */
const EVERYTHING = '*' as ByteName;

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function problem(name: ByteName, error: unknown): ListingRecord {
  const failure = toFailure(error, undefined, 'unreadable');
  const code: FailureCode = failure.code === 'no-permission' ? 'unreadable' : failure.code;
  return { kind: 'problem', name, code, reason: failure.reason ?? '' };
}
