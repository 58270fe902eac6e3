import { Failure } from '../../shared/failure.ts';
import { MAX_FOLDER_DEPTH } from '../wire/limits.ts';
import type { ListingRecord } from '../wire/listing-page.ts';

/** Most folders one listing may number: bounds what the receiver remembers (about 100 bytes each). */
export const MAX_FOLDERS = 4_000_000;

export type ListedEntry = Exclude<ListingRecord, { kind: 'enter' }> & {
  /** Number of the folder it is in. */
  readonly parent: number;
  /** Its own number when it is a folder, otherwise 0. */
  readonly number: number;
  /** Its place in the listing, from 0. */
  readonly row: number;
};

/**
 * Follows a listing record by record and refuses what an honest walker cannot send: an unknown or
 * already finished folder, names out of order or twice, too deep or too many folders.
 * Because children come in strictly ascending order under a folder that is entered once,
 * it needs to remember depths only, never names.
 */
export class ListingChecker {
  /** Depth of each folder by number; folder 0 is the selection. */
  readonly #depths: number[] = [0];
  readonly #entered = new Set<number>();
  #current = -1;
  #lastName = '';
  #count = 0;

  /** @throws Failure `peer-misbehaved`. Returns null for `enter`. */
  accept(record: ListingRecord): ListedEntry | null {
    if (record.kind === 'enter') {
      this.#enter(record.folder);
      return null;
    }
    if (this.#current < 0) throw bad('entry outside a folder');
    if (record.name <= this.#lastName) throw bad('names out of order');
    this.#lastName = record.name;
    const number = record.kind === 'folder' ? this.#addFolder() : 0;
    const row = this.#count;
    this.#count += 1;
    return { ...record, parent: this.#current, number, row };
  }

  #enter(folder: number): void {
    if (folder >= this.#depths.length) throw bad('unknown folder');
    if (this.#entered.has(folder)) throw bad('folder listed twice');
    this.#entered.add(folder);
    this.#current = folder;
    this.#lastName = '';
  }

  #addFolder(): number {
    const depth = (this.#depths[this.#current] ?? 0) + 1;
    if (depth > MAX_FOLDER_DEPTH) throw bad('folders too deep');
    if (this.#depths.length > MAX_FOLDERS) throw bad('too many folders');
    return this.#depths.push(depth) - 1;
  }
}

function bad(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
