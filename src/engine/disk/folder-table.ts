import { Failure } from '../../shared/failure.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { Folder } from './folder.ts';

/** Descriptors kept open at once. */
const MAX_OPEN_FOLDERS = 96;

/** In front of a path its depth, in front of a group its number of files. */
const COUNT_BYTES = 4;

/** A folder of the destination, by the number the listing gave it. */
export interface FolderEntry {
  readonly parent: number;
  /** Name here; may differ from the source's (keep both, staging). */
  name: ByteName;
  /** The name it will have once it appears, while it is staged under another one. */
  finalName?: ByteName;
  readonly sourceName: ByteName;
}

/**
 * Folders of a job by number, opened one step at a time from the nearest open parent, never through a
 * link. Folder 0 is the destination. What `get` returns stays open until the next call of `get`.
 */
export class FolderTable {
  readonly #root: Folder;
  readonly #rootPath: Buffer;
  readonly #entries = new Map<number, FolderEntry>();
  /** By number: bytes its source path takes in a want, see wire/data-wants.ts. */
  readonly #pathBytes: number[] = [COUNT_BYTES];
  readonly #open = new Map<number, Folder>();

  /** Owns `root`. */
  constructor(root: Folder, rootPath = root.path) {
    this.#root = root;
    this.#rootPath = rootPath;
  }

  add(number: number, entry: FolderEntry): void {
    this.#entries.set(number, entry);
    this.#pathBytes[number] = this.pathBytes(entry.parent) + 1 + entry.sourceName.length;
  }

  /** Bytes that the source path of a folder takes in a want. */
  pathBytes(number: number): number {
    return this.#pathBytes[number] ?? COUNT_BYTES;
  }

  entry(number: number): FolderEntry {
    const entry = this.#entries.get(number);
    if (entry === undefined) throw new Error(`folder ${number} is not in the table`);
    return entry;
  }

  /** @throws system errors; Failure `destination-changed` where somebody put something else in its place. */
  get(number: number): Folder {
    if (number === 0) return this.#root;
    const known = this.#open.get(number);
    if (known !== undefined) {
      this.#open.delete(number);
      this.#open.set(number, known);
      return known;
    }
    const { parent, name } = this.entry(number);
    const opened = openChild(this.get(parent), name);
    this.#open.set(number, opened);
    if (this.#open.size > MAX_OPEN_FOLDERS) this.#closeOldest();
    return opened;
  }

  #closeOldest(): void {
    const oldest = this.#open.entries().next().value;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    oldest[1].close();
  }

  /** Path at the source, for wants and problems. */
  sourcePath(number: number): ByteName[] {
    const path: ByteName[] = [];
    for (let at = number; at !== 0; at = this.entry(at).parent) path.push(this.entry(at).sourceName);
    return path.reverse();
  }

  /** Folders that have, or will have, another name here than at the source. */
  *renamed(): Iterable<{ readonly number: number; readonly name: ByteName }> {
    for (const [number, { name, finalName = name, sourceName }] of this.#entries) {
      if (finalName !== sourceName) yield { number, name: finalName };
    }
  }

  /** Path here once the job has ended, exact bytes. */
  hostPath(number: number): Buffer {
    const names: ByteName[] = [];
    for (let at = number; at !== 0; at = this.entry(at).parent) {
      const { name, finalName = name } = this.entry(at);
      names.push(finalName);
    }
    const below = names.reverse().map((name) => `/${name}`);
    return Buffer.concat([this.#rootPath, Buffer.from(below.join(''), 'latin1')]);
  }

  /** The same folders, under their last names, through descriptors of their own. The caller closes it. @throws system errors. */
  reopen(): FolderTable {
    const again = new FolderTable(Folder.reopen(this.#root), this.#rootPath);
    for (const [number, { parent, name, finalName = name, sourceName }] of this.#entries) {
      again.#entries.set(number, { parent, name: finalName, sourceName });
    }
    return again;
  }

  close(): void {
    for (const folder of this.#open.values()) folder.close();
    this.#open.clear();
    this.#root.close();
  }
}

/** What is opened here was there, or made, before: if it is not a folder now, somebody changed it. */
function openChild(parent: Folder, name: ByteName): Folder {
  try {
    return parent.openFolder(name);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ELOOP', 'ENOTDIR', 'ENOENT'].includes(reason)) throw error;
    throw new Failure('destination-changed', { reason }, error);
  }
}
