import { removeWithin } from '../disk/kept.ts';
import { alternativeName } from '../disk/part-names.ts';
import { isSameTime, type Stat } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import type { ByteName } from '../wire/byte-name.ts';
import type { KeptFiles } from './kept-files.ts';
import type { FileTask } from './work-queue.ts';

type FileEntry = ListedEntry & { readonly kind: 'file' };
type LinkEntry = ListedEntry & { readonly kind: 'link' };

/** Alternatives of a name that are looked at for one that an earlier run has made. */
const MAX_ALTERNATIVES = 100;

/**
 * What an earlier run of the job left in the folders that it staged, and what of it counts. A file has been
 * given its time last, so one with the listed size and time is whole; everything else there is ours alone and
 * makes way. What the source does not list any more goes at the end.
 */
export class ResumedTree {
  readonly #writer: TreeWriter;
  readonly #files: KeptFiles | null;
  readonly #isResumed: boolean;
  /** Folders that were there, with the names in them that were not listed yet; null: not read yet. */
  readonly #folders = new Map<number, Set<ByteName> | null>();

  constructor(writer: TreeWriter, files: KeptFiles | null, isResumed: boolean) {
    this.#writer = writer;
    this.#files = files;
    this.#isResumed = isResumed;
  }

  /** A staged folder of an earlier run is taken up. */
  noteFolder(number: number): void {
    this.#folders.set(number, null);
  }

  /** What is at the place of a listed entry, which is not left over then. */
  #found(parent: number, name: ByteName): Stat | null {
    let names = this.#folders.get(parent);
    if (names === undefined) return null;
    if (names === null) {
      names = new Set(this.#writer.folders.get(parent).readNames());
      this.#folders.set(parent, names);
    }
    return names.delete(name) ? this.#writer.stat(parent, name) : null;
  }

  #clear(parent: number, name: ByteName): void {
    removeWithin(this.#writer.folders.get(parent), name);
  }

  /** Before a folder is made: something else that has its name makes way. */
  expectFolder(parent: number, name: ByteName): void {
    const found = this.#found(parent, name);
    if (found !== null && found.type !== 'folder') this.#clear(parent, name);
  }

  /** Whether a file is there whole; what is there otherwise, and does not go on block by block, makes way. */
  hasFile(entry: FileEntry, isLinkLater: boolean): boolean {
    const { parent, name, version } = entry;
    const found = this.#found(parent, name);
    if (found === null) return false;
    const path = [...this.#writer.folders.sourcePath(parent), name];
    if (!isLinkLater && this.#files?.has(path, entry) === true) return false;
    const isWhole = found.type === 'file' && found.size === version.size && isSameTime(found, version);
    if (isWhole && !isLinkLater) return true;
    this.#clear(parent, name);
    return false;
  }

  /** Whether a link is there; anything else makes way. */
  hasLink(entry: LinkEntry): boolean {
    const found = this.#found(entry.parent, entry.name);
    if (found === null) return false;
    const isSame =
      found.type === 'link' && this.#writer.folders.get(entry.parent).readLink(entry.name) === entry.target;
    if (!isSame) this.#clear(entry.parent, entry.name);
    return isSame;
  }

  /** The other name under which an earlier run has brought this file, where its own was taken. */
  otherNameOf(entry: FileEntry): ByteName | null {
    if (!this.#isResumed) return null;
    for (let count = 2; count < MAX_ALTERNATIVES; count++) {
      const name = alternativeName(entry.name, count, false);
      const found = this.#writer.stat(entry.parent, name);
      if (found === null) return null;
      const { size } = entry.version;
      if (found.type === 'file' && found.size === size && isSameTime(found, entry.version)) return name;
    }
    return null;
  }

  /** Takes up a file of which blocks are kept; false: it is fetched from its beginning. */
  goesOn(task: FileTask): boolean {
    return this.#files?.take(task) ?? false;
  }

  /** Removes what the source does not have any more. @throws system errors. */
  removeLeftOver(): void {
    for (const [number, names] of this.#folders) {
      const folder = this.#writer.folders.get(number);
      for (const name of names ?? folder.readNames()) this.#clear(number, name);
    }
    this.#folders.clear();
    this.#files?.removeLeftOver();
  }
}
