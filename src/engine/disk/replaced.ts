import type { ByteName } from '../wire/byte-name.ts';
import type { Folder } from './folder.ts';
import { Trash } from './trash.ts';

/** What a job replaces: kept in the trash where there is one, and counted. The owner calls `close`. */
export class Replaced {
  readonly #root: Folder;
  /** Undefined: not looked for yet. */
  #trash: Trash | null | undefined;
  /** In the trash now. */
  trashed = 0;
  /** Nowhere any more. */
  gone = 0;

  constructor(root: Folder) {
    this.#root = root;
  }

  get hasTrash(): boolean {
    this.#trash ??= Trash.for(this.#root);
    return this.#trash !== null;
  }

  /** A file or link is about to be replaced. */
  keep(folder: Folder, name: ByteName): void {
    const path = Buffer.concat([folder.path, Buffer.from(`/${name}`, 'latin1')]);
    const isKept = this.hasTrash && this.#trash?.keep(folder, name, path, new Date()) === true;
    if (isKept) this.trashed += 1;
    else this.gone += 1;
  }

  close(): void {
    this.#trash?.close();
    this.#trash = null;
  }
}
