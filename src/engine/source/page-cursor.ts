import type { ListingRecord } from '../wire/listing-page.ts';
import type { PageFolder, PageNode } from './page-tree.ts';
import { LATER, type Later } from './source.ts';

/** A browser says nothing of modes: what a new file or folder has by custom. */
export const PAGE_FILE_MODE = 0o644;
const PAGE_FOLDER_MODE = 0o755;

/** A file's version as far as a page knows it; a browser has no time of change. */
export function versionOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }) {
  const mtimeSec = Math.floor(mtimeMs / 1000);
  return { size, mtimeSec, mtimeNs: (mtimeMs - mtimeSec * 1000) * 1_000_000, ctimeSec: 0, ctimeNs: 0 };
}

/**
 * Lists a page's tree from its beginning: a folder once all its children are known, in whatever order that
 * happens, `later` while none is ready. Numbers folders as it names them.
 */
export class PageCursor implements Iterator<ListingRecord | Later, void> {
  /** A browser has no times of folders: they get that of the copy, seconds since 1970. */
  readonly #folderTimeSec: number;
  readonly #numbers = new Map<PageFolder, number>();
  /** Named, and their children are known. */
  readonly #ready: PageFolder[] = [];
  /** Named, their children are not all known. */
  readonly #awaited = new Set<PageFolder>();
  #children: readonly PageNode[] = [];
  #at = 0;

  constructor(root: PageFolder, startedMs: number) {
    this.#folderTimeSec = Math.floor(startedMs / 1000);
    this.#name(root);
  }

  /** The children of a folder are all known now. */
  completed(folder: PageFolder): void {
    if (this.#awaited.delete(folder)) this.#ready.push(folder);
  }

  next(): IteratorResult<ListingRecord | Later, void> {
    const child = this.#children[this.#at];
    if (child !== undefined) {
      this.#at += 1;
      return { done: false, value: this.#describe(child) };
    }
    const folder = this.#ready.pop();
    if (folder !== undefined) {
      this.#children = folder.order ?? [];
      this.#at = 0;
      return { done: false, value: { kind: 'enter', folder: this.#numbers.get(folder) ?? 0 } };
    }
    return this.#awaited.size > 0 ? { done: false, value: LATER } : { done: true, value: undefined };
  }

  #name(folder: PageFolder): void {
    this.#numbers.set(folder, this.#numbers.size);
    if (folder.order === null) this.#awaited.add(folder);
    else this.#ready.push(folder);
  }

  #describe(node: PageNode): ListingRecord {
    const { name } = node;
    switch (node.kind) {
      case 'file':
        return {
          kind: 'file',
          name,
          mode: PAGE_FILE_MODE,
          version: versionOf(node),
          holeBytes: 0,
          group: 0,
        };
      case 'folder':
        this.#name(node);
        return { kind: 'folder', name, mode: PAGE_FOLDER_MODE, mtimeSec: this.#folderTimeSec, mtimeNs: 0 };
      case 'problem':
        return { kind: 'problem', name, code: node.code, reason: '' };
    }
  }
}
