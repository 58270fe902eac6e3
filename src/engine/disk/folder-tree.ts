import { Failure } from '../../shared/failure.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { Folder } from './folder.ts';

/** Descriptors kept open at once per tree; deep and wide trees reopen from the nearest open parent. */
const MAX_OPEN_FOLDERS = 96;

/**
 * Opens folders below a root by path, each step by name in its parent and never through a link,
 * and keeps the latest ones open. A folder it hands out stays open until the next call of `get`.
 */
export class FolderTree {
  readonly #roots: ReadonlyMap<ByteName, Folder> | null;
  readonly #root: Folder;
  readonly #open = new Map<string, Folder>();
  #isClosed = false;

  /**
   * @param root where paths start; closed by `close`.
   * @param aliases the only top-level names there are, and the folders they are in (a selection has several
   *   parents).
   */
  constructor(root: Folder, aliases: ReadonlyMap<ByteName, Folder> | null = null) {
    this.#root = root;
    this.#roots = aliases;
  }

  /** @throws system errors; ELOOP or ENOTDIR where a component is not a folder; Failure `interrupted` once closed. */
  get(path: BytePath): Folder {
    if (path.length === 0) return this.#root;
    return this.#getAt(path, path.length);
  }

  /** The folder that holds `path`'s last component. */
  parentOf(path: BytePath): Folder {
    if (path.length === 1) return this.#parentOfTop(path[0] as ByteName);
    return this.#getAt(path, path.length - 1);
  }

  #parentOfTop(name: ByteName): Folder {
    if (this.#roots === null) return this.#root;
    const root = this.#roots.get(name);
    // Neighbours of what was chosen were not chosen: whoever asks for one is told that it is not there.
    if (root === undefined) throw new Failure('vanished', { reason: 'ENOENT' });
    return root;
  }

  #getAt(path: BytePath, depth: number): Folder {
    const key = depth === path.length ? path.join('/') : path.slice(0, depth).join('/');
    const known = this.#open.get(key);
    if (known !== undefined) {
      // Re-inserting makes it the youngest; Maps keep insertion order.
      this.#open.delete(key);
      this.#open.set(key, known);
      return known;
    }
    if (this.#isClosed) throw new Failure('interrupted', { reason: 'source closed' });
    const name = path[depth - 1] as ByteName;
    const parent = depth === 1 ? this.#parentOfTop(name) : this.#getAt(path, depth - 1);
    const opened = parent.openFolder(name);
    this.#open.set(key, opened);
    this.#evict();
    return opened;
  }

  #evict(): void {
    if (this.#open.size <= MAX_OPEN_FOLDERS) return;
    const oldest = this.#open.entries().next().value;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    oldest[1].close();
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const folder of this.#open.values()) folder.close();
    this.#open.clear();
    for (const folder of new Set([this.#root, ...(this.#roots?.values() ?? [])])) folder.close();
  }
}
