import { Failure } from '../../shared/failure.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { Folder } from './folder.ts';

/** Descriptors kept open at once per tree; deep and wide trees reopen from the nearest open parent. */
const MAX_OPEN_FOLDERS = 96;

/** A folder that was opened; without its descriptor once others pushed it out. */
interface Place {
  readonly parent: Place | null;
  readonly name: ByteName;
  folder: Folder | null;
  readonly children: Map<ByteName, Place>;
}

/**
 * Opens folders below a root by path, each step by name in its parent and never through a link,
 * and keeps the latest ones open. A folder it hands out stays open until the next call of `get`.
 * Paths are walked from the top, so one that leads nowhere costs no more than its first wrong step.
 */
export class FolderTree {
  readonly #roots: ReadonlyMap<ByteName, Folder> | null;
  readonly #realNames: ReadonlyMap<ByteName, ByteName>;
  readonly #root: Folder;
  readonly #top = new Map<ByteName, Place>();
  /** Places with a descriptor, oldest first. */
  readonly #open = new Set<Place>();
  #isClosed = false;

  /**
   * @param root where paths start; closed by `close`.
   * @param aliases the only top-level names there are, and the folders they are in (a selection has several
   *   parents).
   * @param realNames what those are called on disk that have another name in paths.
   */
  constructor(
    root: Folder,
    aliases: ReadonlyMap<ByteName, Folder> | null = null,
    realNames: ReadonlyMap<ByteName, ByteName> = new Map(),
  ) {
    this.#root = root;
    this.#realNames = realNames;
    this.#roots = aliases;
  }

  /** @throws system errors; ELOOP or ENOTDIR where a component is not a folder; Failure `interrupted` once closed. */
  get(path: BytePath): Folder {
    return this.#getAt(path, path.length);
  }

  /** The folder that holds `path`'s last component. */
  parentOf(path: BytePath): Folder {
    if (path.length === 1) return this.#parentOfTop(path[0] as ByteName);
    return this.#getAt(path, path.length - 1);
  }

  /** What the last component of a path is called on disk. */
  nameOnDisk(path: BytePath): ByteName {
    const name = path[path.length - 1] as ByteName;
    return path.length === 1 ? (this.#realNames.get(name) ?? name) : name;
  }

  #parentOfTop(name: ByteName): Folder {
    if (this.#roots === null) return this.#root;
    const root = this.#roots.get(name);
    // Neighbours of what was chosen were not chosen: whoever asks for one is told that it is not there.
    if (root === undefined) throw new Failure('vanished', { reason: 'ENOENT' });
    return root;
  }

  #getAt(path: BytePath, depth: number): Folder {
    let place: Place | null = null;
    for (let index = 0; index < depth; index++) place = this.#step(place, path[index] as ByteName);
    return place === null ? this.#root : this.#folderOf(place);
  }

  /** The place one step below; opened the first time, so that only real folders are remembered. */
  #step(parent: Place | null, name: ByteName): Place {
    const siblings = parent === null ? this.#top : parent.children;
    const known = siblings.get(name);
    if (known !== undefined) return known;
    const place: Place = { parent, name, folder: null, children: new Map() };
    this.#folderOf(place);
    siblings.set(name, place);
    return place;
  }

  #folderOf(place: Place): Folder {
    if (this.#isClosed) throw new Failure('interrupted', { reason: 'source closed' });
    if (place.folder !== null) {
      // Adding anew makes it the youngest; Sets keep insertion order.
      this.#open.delete(place);
      this.#open.add(place);
      return place.folder;
    }
    const parent = place.parent === null ? this.#parentOfTop(place.name) : this.#folderOf(place.parent);
    place.folder = parent.openFolder(place.parent === null ? this.nameOnDisk([place.name]) : place.name);
    this.#open.add(place);
    if (this.#open.size > MAX_OPEN_FOLDERS) this.#closeOldest();
    return place.folder;
  }

  #closeOldest(): void {
    const oldest = this.#open.values().next().value;
    if (oldest === undefined) return;
    this.#open.delete(oldest);
    oldest.folder?.close();
    oldest.folder = null;
    this.#forget(oldest);
  }

  /** Places without a descriptor are kept only as the way to places that have one. */
  #forget(from: Place): void {
    let place: Place | null = from;
    while (place !== null && place.folder === null && place.children.size === 0) {
      const siblings: Map<ByteName, Place> = place.parent === null ? this.#top : place.parent.children;
      siblings.delete(place.name);
      place = place.parent;
    }
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const place of this.#open) place.folder?.close();
    this.#open.clear();
    for (const folder of new Set([this.#root, ...(this.#roots?.values() ?? [])])) folder.close();
  }
}
