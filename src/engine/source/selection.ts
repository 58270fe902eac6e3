import { Failure, toFailure } from '../../shared/failure.ts';
import { Folder } from '../disk/folder.ts';
import { FolderTree } from '../disk/folder-tree.ts';
import { type ByteName, fromBytes } from '../wire/byte-name.ts';

/** One thing a person chose to send: a name in a folder. Plain data: stored with the grant, sent to workers. */
export interface SelectedItem {
  /** Absolute path of the folder it is in, exact bytes. */
  readonly parent: Uint8Array;
  /** Its name there, exact bytes. */
  readonly name: Uint8Array;
}

/** A chosen set of files and folders, opened for reading. The owner closes it. */
export class Selection {
  readonly tree: FolderTree;
  readonly #names: readonly ByteName[];

  private constructor(names: readonly ByteName[], tree: FolderTree) {
    this.#names = names;
    this.tree = tree;
  }

  /**
   * Opens the folders the items are in (the user's own paths: links on the way are followed).
   * @throws Failure `usage` for two items of one name, `no-such-path`, `unreadable`.
   */
  static open(items: readonly SelectedItem[]): Selection {
    const parents = new Map<string, Folder>();
    const aliases = new Map<ByteName, Folder>();
    try {
      for (const item of items) {
        const name = fromBytes(item.name);
        if (aliases.has(name)) throw new Failure('usage', { reason: 'two sources have the same name' });
        aliases.set(name, openParent(parents, item.parent));
      }
    } catch (error) {
      for (const folder of parents.values()) folder.close();
      throw error;
    }
    const first = parents.values().next().value;
    if (first === undefined) throw new Failure('usage', { reason: 'nothing selected' });
    return new Selection([...aliases.keys()].sort(), new FolderTree(first, aliases));
  }

  /** Top-level names in byte order. */
  names(): readonly ByteName[] {
    return this.#names;
  }

  close(): void {
    this.tree.close();
  }
}

function openParent(parents: Map<string, Folder>, path: Uint8Array): Folder {
  const key = fromBytes(path);
  const known = parents.get(key);
  if (known !== undefined) return known;
  try {
    const opened = Folder.openPath(Buffer.from(path));
    parents.set(key, opened);
    return opened;
  } catch (error) {
    const failure = toFailure(error, Buffer.from(path).toString('utf8'), 'unreadable');
    throw failure.code === 'vanished'
      ? new Failure('no-such-path', { subject: failure.subject ?? '' }, error)
      : failure;
  }
}
