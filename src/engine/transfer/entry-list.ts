import { MAX_LISTED_ENTRIES } from '../../shared/job-entry.ts';
import { fs } from '../disk/fs.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { LIST_SUFFIXES, ROW_BYTES, ROW_STATES, type RowKind, type RowState, writeRow } from './entry-rows.ts';

/** Written when so much has gathered, or this long after the first of it. */
const FLUSH_BYTES = 128 * 1024;
const FLUSH_MS = 1_000;

export interface ListedName {
  readonly kind: RowKind;
  readonly name: ByteName;
  readonly version?: { readonly size: number };
}

interface Files {
  readonly rows: number;
  readonly names: number;
  readonly states: number;
}

/**
 * Writes down the entries of one job as they are listed, and what becomes of each, for people to look at. Memory
 * is a byte an entry. It is no record of the copy: without it everything goes on, so a disk that takes no more of
 * it only ends the list. Synchronous; it lives in a data worker. The owner calls `close`.
 */
export class EntryList {
  readonly #path: string;
  #files: Files | null = null;
  #isOver = false;
  readonly #rows = new ByteWriter(FLUSH_BYTES);
  readonly #names = new ByteWriter(FLUSH_BYTES);
  #namesAt = 0;
  #count = 0;
  /** Row of each folder by its number in the listing; 0 is the selection, which has none. */
  #folders: (number | null)[] = [null];
  #states = new Uint8Array(1_024);
  /** Rows whose state is to be written; none while `from` is not below `to`. */
  #dirty = { from: Number.POSITIVE_INFINITY, to: 0 };
  #timer: NodeJS.Timeout | null = null;

  /** @param path of its files, without their suffixes. Nothing is made before the first entry. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The next entry of the listing.
   * @param parent number of its folder, 0 at the top.
   * @param number its own number if it is a folder.
   */
  add(entry: ListedName, parent: number, number: number): void {
    if (this.#isOver || this.#count >= MAX_LISTED_ENTRIES) return;
    const row = this.#count;
    this.#count += 1;
    if (entry.kind === 'folder') this.#folders[number] = row;
    writeRow(this.#rows, {
      nameAt: this.#namesAt,
      nameBytes: entry.name.length,
      size: entry.version?.size ?? 0,
      kind: entry.kind,
      parent: this.#folders[parent] ?? null,
    });
    this.#names.latin1(entry.name);
    this.#namesAt += entry.name.length;
    if (entry.kind === 'problem') this.mark(row, 'problem');
    else this.#later();
    if (this.#rows.length + this.#names.length >= FLUSH_BYTES) this.flush();
  }

  /** What became of the entry that was added as number `row`, from 0. */
  mark(row: number, state: RowState): void {
    if (this.#isOver || row >= this.#count) return;
    if (row >= this.#states.length) {
      const grown = new Uint8Array(Math.max(this.#states.length * 2, row + 1));
      grown.set(this.#states);
      this.#states = grown;
    }
    this.#states[row] = ROW_STATES[state];
    this.#dirty.from = Math.min(this.#dirty.from, row);
    this.#dirty.to = Math.max(this.#dirty.to, row + 1);
    this.#later();
  }

  /** The listing begins anew. */
  restart(): void {
    this.#rows.reset();
    this.#names.reset();
    this.#namesAt = 0;
    this.#count = 0;
    this.#folders = [null];
    this.#states.fill(0);
    this.#dirty = { from: Number.POSITIVE_INFINITY, to: 0 };
    this.#attempt(({ rows, names, states }) => {
      for (const fd of [states, rows, names]) fs.ftruncateSync(fd, 0);
    });
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes what has gathered. Names first: a row never says more than there is. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isOver) return;
    const { from, to } = this.#dirty;
    const rowsAt = this.#count * ROW_BYTES - this.#rows.length;
    const namesAt = this.#namesAt - this.#names.length;
    if (this.#rows.length === 0 && from >= to) return;
    this.#open();
    this.#attempt((files) => {
      writeAt(files.names, this.#names.view(), namesAt);
      writeAt(files.rows, this.#rows.view(), rowsAt);
      if (from < to) writeAt(files.states, this.#states.subarray(from, to), from);
    });
    this.#rows.reset();
    this.#names.reset();
    this.#dirty = { from: Number.POSITIVE_INFINITY, to: 0 };
  }

  #open(): void {
    if (this.#files !== null) return;
    const opened: number[] = [];
    try {
      for (const suffix of LIST_SUFFIXES) opened.push(fs.openSync(this.#path + suffix, 'w', 0o600));
      const [rows = -1, names = -1, states = -1] = opened;
      this.#files = { rows, names, states };
    } catch {
      for (const fd of opened) fs.closeSync(fd);
      this.#isOver = true;
    }
  }

  /** A list that cannot be written any more is removed: half of one would look like all of it. */
  #attempt(step: (files: Files) => void): void {
    if (this.#files === null) return;
    try {
      step(this.#files);
    } catch {
      this.#letGo();
      for (const suffix of LIST_SUFFIXES) fs.rmSync(this.#path + suffix, { force: true });
    }
  }

  /** Writes the rest and lets go of its files. */
  close(): void {
    this.flush();
    this.#letGo();
  }

  #letGo(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const files = this.#files;
    this.#files = null;
    if (files === null) return;
    for (const fd of [files.rows, files.names, files.states]) fs.closeSync(fd);
  }
}

function writeAt(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done);
  }
}
