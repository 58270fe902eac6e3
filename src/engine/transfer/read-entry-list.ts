import { type FileHandle, open } from 'node:fs/promises';
import type { BytePath } from '../wire/byte-name.ts';
import { fromBytes } from '../wire/byte-name.ts';
import { LIST_SUFFIXES, ROW_BYTES, ROW_STATES, type RowKind, type RowState, readRow } from './entry-rows.ts';

/** One entry of a list as it was kept. */
export interface KeptEntry {
  readonly path: BytePath;
  readonly kind: RowKind;
  readonly size: number;
  readonly state: RowState;
}

/** Longest name that a row may claim; more is damage. */
const MAX_NAME = 4_096;
/** Folders above an entry that are named; damage must not lead round in circles either. */
const MAX_DEPTH = 2_000;

const STATE_OF: readonly RowState[] = (Object.keys(ROW_STATES) as RowState[]).toSorted(
  (one, other) => ROW_STATES[one] - ROW_STATES[other],
);

/** An open list, while one page of it is read. */
class ListReader {
  readonly #rows: FileHandle;
  readonly #names: FileHandle;
  readonly #states: FileHandle;
  /** Paths of folders that have been named in this page. */
  readonly #folders = new Map<number, BytePath>();

  constructor([rows, names, states]: readonly [FileHandle, FileHandle, FileHandle]) {
    this.#rows = rows;
    this.#names = names;
    this.#states = states;
  }

  async count(): Promise<number> {
    return Math.floor((await this.#rows.stat()).size / ROW_BYTES);
  }

  async page(offset: number, limit: number): Promise<KeptEntry[]> {
    const bytes = await read(this.#rows, offset * ROW_BYTES, limit * ROW_BYTES);
    const states = await read(this.#states, offset, limit);
    const rows = [];
    for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
      const row = readRow(bytes.subarray(at, at + ROW_BYTES), offset + at / ROW_BYTES);
      if (row === null || row.nameBytes > MAX_NAME) break;
      rows.push(row);
    }
    const from = rows[0]?.nameAt ?? 0;
    const names = await read(
      this.#names,
      from,
      rows.reduce((sum, { nameBytes }) => sum + nameBytes, 0),
    );
    const entries: KeptEntry[] = [];
    for (const [index, { kind, size, parent, nameAt, nameBytes }] of rows.entries()) {
      const name = fromBytes(names.subarray(nameAt - from, nameAt - from + nameBytes));
      if (name.length !== nameBytes) break;
      const path = [...(await this.#folder(parent, 0)), name];
      entries.push({ path, kind, size, state: STATE_OF[states[index] ?? 0] ?? 'listed' });
    }
    return entries;
  }

  async #folder(row: number | null, depth: number): Promise<BytePath> {
    if (row === null || depth > MAX_DEPTH) return [];
    const known = this.#folders.get(row);
    if (known !== undefined) return known;
    const bytes = await read(this.#rows, row * ROW_BYTES, ROW_BYTES);
    const found = bytes.length < ROW_BYTES ? null : readRow(bytes, row);
    if (found === null || found.nameBytes > MAX_NAME) return [];
    const name = fromBytes(await read(this.#names, found.nameAt, found.nameBytes));
    const path = [...(await this.#folder(found.parent, depth + 1)), name];
    this.#folders.set(row, path);
    return path;
  }
}

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/**
 * A page of the list at `path`, and how many entries it has by now; null where there is none. It may be written
 * meanwhile. @throws system errors other than that it is not there.
 */
export async function readEntryList(
  path: string,
  offset: number,
  limit: number,
): Promise<{ readonly entries: readonly KeptEntry[]; readonly total: number } | null> {
  const files: FileHandle[] = [];
  try {
    for (const suffix of LIST_SUFFIXES) files.push(await open(path + suffix));
    const [rows, names, states] = files;
    if (rows === undefined || names === undefined || states === undefined) return null;
    const reader = new ListReader([rows, names, states]);
    const total = await reader.count();
    const size = Math.max(0, Math.min(limit, total - offset));
    return { entries: size === 0 ? [] : await reader.page(offset, size), total };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}
