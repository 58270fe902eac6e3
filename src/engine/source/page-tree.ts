import { Failure } from '../../shared/failure.ts';
import {
  MAX_PAGE_DEPTH,
  MAX_PAGE_ENTRIES,
  MAX_PAGE_PATH_BYTES,
  type PageProblemCode,
  type PageRecord,
} from '../../shared/page-frames.ts';
import { type ByteName, type BytePath, fromBytes } from '../wire/byte-name.ts';

/** A file as the page that is there now (or was there last) lists it. */
export interface PageFile {
  readonly kind: 'file';
  readonly name: ByteName;
  size: number;
  mtimeMs: number;
  /** Its number in the listing of `round`. */
  number: number;
  round: number;
}

export interface PageFolder {
  readonly kind: 'folder';
  readonly name: ByteName;
  readonly depth: number;
  readonly pathBytes: number;
  readonly children: Map<ByteName, PageNode>;
  /** All children in byte order, once they are known; from then on nothing is added. */
  order: readonly PageNode[] | null;
  round: number;
  /** Round in which it was entered last, and in which the last of its children came. */
  enteredRound: number;
  closedRound: number;
}

export interface PageProblem {
  readonly kind: 'problem';
  readonly name: ByteName;
  readonly code: PageProblemCode;
  round: number;
}

export type PageNode = PageFile | PageFolder | PageProblem;

/** A top-level entry that was agreed on. */
export interface PageItem {
  readonly name: ByteName;
  readonly type: 'file' | 'folder';
}

/**
 * What a page has listed. A page that comes back lists again (a new _round_): what was listed before stays as it
 * was, its files get their new numbers, sizes and times, and what is not listed any more is gone.
 */
export class PageTree {
  readonly root: PageFolder = newFolder('' as ByteName, null);
  readonly #items: ReadonlyMap<ByteName, PageItem['type']>;
  /** A folder's children are all known. */
  readonly #onComplete: (folder: PageFolder) => void;
  #round = 0;
  #isEnded = false;
  /** By their number in this round. */
  #folders: PageFolder[] = [];
  #current: PageFolder | null = null;
  #files = 0;
  #entries = 0;
  #bytes = 0;

  constructor(items: readonly PageItem[], onComplete: (folder: PageFolder) => void) {
    this.#items = new Map(items.map(({ name, type }) => [name, type]));
    this.#onComplete = onComplete;
  }

  /** Another page lists from now on. */
  begin(): void {
    this.#round += 1;
    this.#isEnded = false;
    this.root.round = this.#round;
    this.#folders = [this.root];
    this.#current = null;
    this.#files = 0;
    this.#entries = 0;
    this.#bytes = 0;
  }

  /** Takes the next records of the page. @throws Failure `peer-misbehaved`. */
  accept(records: readonly PageRecord[]): void {
    if (this.#isEnded) throw bad('listing after its end');
    for (const record of records) {
      if (record.kind === 'enter') this.#enter(record.folder);
      else this.#add(record);
    }
  }

  /** The page has listed everything. @throws Failure `peer-misbehaved` when it left a folder out. */
  end(): void {
    if (this.#isEnded) throw bad('listing ended twice');
    this.#close();
    for (const folder of this.#folders) {
      if (folder.enteredRound !== this.#round) throw bad('folder not listed');
    }
    this.#isEnded = true;
    this.#completeRest(this.root);
  }

  #enter(number: number): void {
    const folder = this.#folders[number];
    if (folder === undefined) throw bad('unknown folder');
    if (folder.enteredRound === this.#round) throw bad('folder listed twice');
    this.#close();
    folder.enteredRound = this.#round;
    // What an earlier page had begun to list here was never told to anybody.
    if (folder.order === null) folder.children.clear();
    this.#current = folder;
  }

  #add(record: Exclude<PageRecord, { kind: 'enter' }>): void {
    const parent = this.#current;
    if (parent === null) throw bad('entry outside a folder');
    this.#entries += 1;
    if (this.#entries > MAX_PAGE_ENTRIES) throw bad('too many entries');
    const name = fromBytes(record.name);
    const known = parent.children.get(name);
    if (known !== undefined && known.round === this.#round) throw bad('listed twice');
    if (parent === this.root) this.#checkItem(name, record.kind);
    const node = this.#take(parent, known, name, record);
    if (node.kind === 'folder') this.#folders.push(node);
    // What is new in a folder whose listing is finished is numbered and left out.
    if (known === undefined && parent.order === null) parent.children.set(name, node);
  }

  /** Who accepted `photo.jpg` did not accept `.profile`. */
  #checkItem(name: ByteName, kind: PageNode['kind']): void {
    const type = this.#items.get(name);
    if (type === undefined || (kind !== 'problem' && kind !== type)) throw bad('entry that was not offered');
  }

  #take(
    parent: PageFolder,
    known: PageNode | undefined,
    name: ByteName,
    record: Exclude<PageRecord, { kind: 'enter' }>,
  ): PageNode {
    switch (record.kind) {
      case 'file': {
        const { size, mtimeMs } = record;
        const number = this.#files++;
        this.#bytes += size;
        if (!Number.isSafeInteger(this.#bytes)) throw bad('sizes too large');
        const fresh = { size, mtimeMs, number, round: this.#round };
        return known?.kind === 'file' ? Object.assign(known, fresh) : { kind: 'file', name, ...fresh };
      }
      case 'folder': {
        const folder = known?.kind === 'folder' ? known : newFolder(name, parent);
        folder.round = this.#round;
        return folder;
      }
      case 'problem':
        return { kind: 'problem', name, code: record.code, round: this.#round };
    }
  }

  /** The folder that was being listed is done. */
  #close(): void {
    const folder = this.#current;
    this.#current = null;
    if (folder === null) return;
    folder.closedRound = this.#round;
    if (folder.order === null) this.#complete(folder);
  }

  #complete(folder: PageFolder): void {
    if (folder === this.root) this.#nameMissing();
    folder.order = [...folder.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#onComplete(folder);
  }

  /** What was agreed on and is not there is a problem, not a silence. */
  #nameMissing(): void {
    for (const name of this.#items.keys()) {
      if (this.root.children.has(name)) continue;
      this.root.children.set(name, { kind: 'problem', name, code: 'vanished', round: this.#round });
    }
  }

  /** Folders an earlier page named and this one does not have will never be listed. */
  #completeRest(folder: PageFolder): void {
    if (folder.order === null) {
      folder.children.clear();
      this.#complete(folder);
    }
    for (const child of folder.order ?? []) if (child.kind === 'folder') this.#completeRest(child);
  }

  /** The file at `path` as the present page has it; `later`: it has not come to it yet. */
  find(path: BytePath): PageFile | 'gone' | 'later' {
    let folder = this.root;
    for (const [depth, name] of path.entries()) {
      const child = folder.children.get(name);
      if (child === undefined || child.round !== this.#round) {
        return this.#isEnded || folder.closedRound === this.#round ? 'gone' : 'later';
      }
      if (depth === path.length - 1) return child.kind === 'file' ? child : 'gone';
      if (child.kind !== 'folder') return 'gone';
      folder = child;
    }
    return 'gone';
  }
}

function newFolder(name: ByteName, parent: PageFolder | null): PageFolder {
  const depth = parent === null ? 0 : parent.depth + 1;
  const pathBytes = parent === null ? 0 : parent.pathBytes + name.length + 1;
  if (depth > MAX_PAGE_DEPTH) throw bad('folders too deep');
  if (pathBytes > MAX_PAGE_PATH_BYTES) throw bad('path too long');
  return {
    kind: 'folder',
    name,
    depth,
    pathBytes,
    children: new Map(),
    order: null,
    round: 0,
    enteredRound: 0,
    closedRound: 0,
  };
}

function bad(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
