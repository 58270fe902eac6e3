import { Failure, toFailure } from '../../shared/failure.ts';
import { Folder, type OpenRoot } from '../disk/folder.ts';
import { FolderTree } from '../disk/folder-tree.ts';
import { openInside } from '../disk/inside.ts';
import { type ByteName, fromBytes } from '../wire/byte-name.ts';
import { readWay } from '../wire/way.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** A piece of a file, in bytes. */
export interface ItemRange {
  readonly offset: number;
  readonly length: number;
}

/** One thing a person chose to send: a name in a folder. Plain data: stored with the grant, sent to workers. */
export interface SelectedItem {
  /**
   * The folder it is in, exact bytes: an absolute path, or with `root` the way from there, names joined by '/'.
   */
  readonly parent: Uint8Array;
  /** Its name there, exact bytes; with `root` it may be `.`, the folder itself. */
  readonly name: Uint8Array;
  /** The root of a share, held open: nothing outside is reached, and no link is followed. */
  readonly root?: OpenRoot;
  /** It is listed under this name; absent is its own. */
  readonly as?: Uint8Array;
  /**
   * Paths of the only entries of it that are wanted, '/'-separated, from its listed name down, exact bytes; absent
   * is all of it.
   */
  readonly only?: readonly Uint8Array[];
  /** Only this piece of it, which is a file: it is listed and read as if it were all there is. */
  readonly range?: ItemRange | undefined;
}

/** The name under which an item is listed. */
export function listedName({ name, as }: SelectedItem): Uint8Array {
  return as ?? name;
}

/** A chosen set of files and folders, opened for reading. The owner closes it. */
export class Selection {
  readonly tree: FolderTree;
  readonly #names: readonly ByteName[];
  /** What is wanted of each item. */
  readonly wanted: Wanted;
  /** Of items that are pieces of files, by their names. */
  readonly ranges: ReadonlyMap<ByteName, ItemRange>;

  private constructor(names: readonly ByteName[], tree: FolderTree, items: readonly SelectedItem[]) {
    this.wanted = wantedItems(items);
    this.ranges = rangesOf(items);
    this.#names = names;
    this.tree = tree;
  }

  /**
   * Opens the folders the items are in (of the user's own paths links on the way are followed).
   * @throws Failure `usage` for two items of one name, `no-such-path`, `unreadable`.
   */
  static open(items: readonly SelectedItem[]): Selection {
    const parents = new Map<string, Folder>();
    const aliases = new Map<ByteName, Folder>();
    const realNames = new Map<ByteName, ByteName>();
    try {
      for (const item of items) {
        const name = fromBytes(listedName(item));
        if (aliases.has(name)) throw new Failure('usage', { reason: 'two sources have the same name' });
        aliases.set(name, openParent(parents, item));
        if (item.as !== undefined) realNames.set(name, fromBytes(item.name));
      }
    } catch (error) {
      for (const folder of parents.values()) folder.close();
      throw error;
    }
    const first = parents.values().next().value;
    if (first === undefined) throw new Failure('usage', { reason: 'nothing selected' });
    const tree = new FolderTree(first, aliases, realNames);
    return new Selection([...aliases.keys()].sort(), tree, items);
  }

  /** Top-level names in byte order. */
  names(): readonly ByteName[] {
    return this.#names;
  }

  close(): void {
    this.tree.close();
  }
}

function rangesOf(items: readonly SelectedItem[]): ReadonlyMap<ByteName, ItemRange> {
  const ranges = new Map<ByteName, ItemRange>();
  for (const item of items) if (item.range) ranges.set(fromBytes(listedName(item)), item.range);
  return ranges;
}

function wantedItems(items: readonly SelectedItem[]): Wanted {
  const paths = items.flatMap((item) => item.only ?? [listedName(item)]);
  return wantedOf(paths.map((path) => fromBytes(path).split('/') as ByteName[]));
}

function openParent(parents: Map<string, Folder>, { parent: path, root }: SelectedItem): Folder {
  const key = `${root?.fd ?? ''}:${fromBytes(path)}`;
  const known = parents.get(key);
  if (known !== undefined) return known;
  try {
    const opened =
      root === undefined ? Folder.openPath(Buffer.from(path)) : openInside(root, readWay(path), 'read');
    parents.set(key, opened);
    return opened;
  } catch (error) {
    const failure = toFailure(error, Buffer.from(path).toString('utf8'), 'unreadable');
    throw failure.code === 'vanished'
      ? new Failure('no-such-path', { subject: failure.subject ?? '' }, error)
      : failure;
  }
}
