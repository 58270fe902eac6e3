import type { BroughtBy } from '../disk/clone.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { MAX_RUN_FILE_BYTES, PULLER_FRAME, SOURCE_FRAME } from '../wire/data-frame.ts';
import { decodeHashes } from '../wire/data-hashes.ts';
import { encodeGroups } from '../wire/data-wants.ts';
import type { Ask } from './ask.ts';
import { AskList, AsksClosed } from './ask-list.ts';
import { Bringer } from './bringer.ts';
import type { ElsewhereParts, ReusableFile } from './elsewhere-rung.ts';
import type { KnownFile } from './known-files.ts';
import type { Rung } from './ladder.ts';

/** Hashes asked for at a time: the source reads a file for each, and has content to send meanwhile. */
const ASKS_AT_ONCE = 2;
/** Files of one size in a row that were no doubles, after which no more are looked for. */
const PATIENCE_FILES = 8;
/** The same, of their content: the source has read it for nothing. */
const PATIENCE_BYTES = 64 * 1024 * 1024;
/** Files whose hash is known and that wait for another one: of more nothing is asked yet. */
const MAX_HELD = 16;
/** Sizes that are remembered: bounds memory for trees of any number of files. */
const MAX_SIZES = 20_000;

type DoublesParts<File> = Pick<
  ElsewhereParts<File>,
  'writer' | 'timer' | 'dryRun' | 'onBrought' | 'onForeseen' | 'onNews'
>;

/** A file that is here now: under which names, until it has its last one. */
interface Finished {
  readonly file: ReusableFile;
  readonly names: readonly ByteName[];
  readonly hash: Buffer;
}

interface Waiting<File> {
  readonly file: File;
  readonly miss: () => void;
  /** Undefined: not asked for yet. */
  hash: Buffer | undefined;
}

/** Files of one size. */
interface Group<File> {
  readonly first: File;
  /** Being fetched, by name, with their hashes where they are known. */
  readonly coming: Map<string, Buffer | null>;
  readonly finished: Finished[];
  readonly waiting: Set<Waiting<File>>;
}

/**
 * Files that the selection holds twice. The first one of a size is fetched; of others of that size the source says
 * the hash, and those that are the same wait for it and are cloned or copied. It is asked of nothing but what it has
 * listed itself, so it learns nothing.
 */
export class DoublesRung<File extends ReusableFile> implements Rung<File> {
  readonly #parts: DoublesParts<File>;
  readonly #asks: AskList;
  readonly #bringer: Bringer;
  readonly #groups = new Map<number, Group<File>>();
  readonly #comingIn = new Map<string, Group<File>>();
  readonly #toAsk: { readonly group: Group<File>; readonly one: Waiting<File> }[] = [];
  #asking = 0;
  #held = 0;
  #misses = 0;
  #missedBytes = 0;
  #bringing: Promise<void> = Promise.resolve();
  #isClosed = false;
  pendingFiles = 0;

  constructor(parts: DoublesParts<File>) {
    this.#parts = parts;
    this.#asks = new AskList(parts.onNews);
    this.#bringer = new Bringer(parts.writer, parts.timer, () => !this.#isClosed);
  }

  take(file: File, miss: () => void): boolean {
    const { size } = file.version;
    if (this.#isClosed || size <= MAX_RUN_FILE_BYTES || this.#isInVain) return false;
    const group = this.#groups.get(size);
    if (group === undefined) {
      if (this.#groups.size < MAX_SIZES) this.#begin(file);
      return false;
    }
    // What is tried again is the one that the others wait for.
    if (this.#comingIn.has(keyOf(file))) return false;
    const one = { file, miss, hash: undefined };
    group.waiting.add(one);
    this.pendingFiles += 1;
    this.#toAsk.push({ group, one });
    if (this.#parts.dryRun && group.waiting.size === 1) void this.#askFirst(group);
    void this.#askNext();
    return true;
  }

  get #isInVain(): boolean {
    return this.#misses >= PATIENCE_FILES || this.#missedBytes >= PATIENCE_BYTES;
  }

  #begin(file: File): void {
    const group = { first: file, coming: new Map(), finished: [], waiting: new Set<Waiting<File>>() };
    this.#groups.set(file.version.size, group);
    this.#comes(group, file, null);
  }

  #comes(group: Group<File>, file: File, hash: Buffer | null): void {
    group.coming.set(keyOf(file), hash);
    this.#comingIn.set(keyOf(file), group);
  }

  /** A file is whole. @param names it may have at the moment. */
  arrived(file: ReusableFile, names: readonly ByteName[], hash: Buffer): void {
    const group = this.#comingIn.get(keyOf(file));
    if (group !== undefined && file.version.size === group.first.version.size) {
      group.finished.push({ file, names, hash });
    }
    this.failed(file);
  }

  /** A file does not come, or not as it was listed. */
  failed(file: ReusableFile): void {
    const group = this.#comingIn.get(keyOf(file));
    if (group === undefined) return;
    this.#comingIn.delete(keyOf(file));
    group.coming.delete(keyOf(file));
    for (const one of [...group.waiting]) this.#settle(group, one);
  }

  /** In a dry run nothing arrives: the hash of the first one has to be asked for too. */
  async #askFirst(group: Group<File>): Promise<void> {
    const hash = await this.#hashOf(group.first);
    if (hash === null) this.failed(group.first);
    else this.arrived(group.first, [], hash);
  }

  async #askNext(): Promise<void> {
    if (this.#asking >= ASKS_AT_ONCE || this.#held >= MAX_HELD || this.#isClosed) return;
    const next = this.#toAsk.shift();
    if (next === undefined) return;
    const { group, one } = next;
    if (group.waiting.has(one)) {
      this.#asking += 1;
      const hash = await this.#hashOf(one.file);
      this.#asking -= 1;
      if (this.#isClosed) return;
      if (hash === null) this.#release(group, one);
      else {
        one.hash = hash;
        this.#held += 1;
        this.#settle(group, one);
      }
      this.#parts.onNews();
    }
    await this.#askNext();
  }

  /** Null: there is none, or nobody waits for it any more. */
  async #hashOf({ folder, sourceName: name, version }: File): Promise<Buffer | null> {
    const path = this.#parts.writer.folders.sourcePath(folder);
    try {
      return await this.#asks.ask({
        frame: PULLER_FRAME.wantHashes,
        answer: SOURCE_FRAME.hashes,
        maxBytes: 0,
        encode: () => encodeGroups([{ folder: path, files: [{ name, version }] }]),
        read: ({ meta }) => {
          const hash = decodeHashes(meta, 1)[0] ?? null;
          return hash === null ? null : Buffer.from(hash);
        },
      });
    } catch (error) {
      if (error instanceof AsksClosed) return null;
      throw error;
    }
  }

  /** Decides on one whose hash is known: it is here, on its way, or none is like it. */
  #settle(group: Group<File>, one: Waiting<File>): void {
    const { hash } = one;
    if (hash === undefined || !group.waiting.has(one)) return;
    const same = group.finished.find((finished) => finished.hash.equals(hash));
    if (same !== undefined) {
      this.#leave(group, one);
      this.#bringing = this.#bringing.then(() => this.#bring(group, one, same));
      return;
    }
    for (const coming of group.coming.values()) if (coming === null || coming.equals(hash)) return;
    this.#misses += 1;
    this.#missedBytes += one.file.version.size;
    this.#release(group, one);
    if (!this.#isInVain) return;
    for (const other of this.#groups.values())
      for (const left of [...other.waiting]) this.#release(other, left);
  }

  /** Gives one on: it is fetched, and others like it wait for it. */
  #release(group: Group<File>, one: Waiting<File>): void {
    this.#leave(group, one);
    const { file, hash = null } = one;
    this.#comes(group, file, hash);
    // Nothing arrives in a dry run.
    if (this.#parts.dryRun && hash !== null) this.arrived(file, [], hash);
    this.pendingFiles -= 1;
    one.miss();
  }

  #leave(group: Group<File>, one: Waiting<File>): void {
    if (!group.waiting.delete(one)) return;
    if (one.hash !== undefined) this.#held -= 1;
    queueMicrotask(() => void this.#askNext());
  }

  async #bring(group: Group<File>, one: Waiting<File>, from: Finished): Promise<void> {
    if (this.#isClosed) return;
    this.#misses = 0;
    this.#missedBytes = 0;
    if (this.#parts.dryRun) {
      this.pendingFiles -= 1;
      this.#parts.onForeseen(one.file);
      this.#parts.onNews();
      return;
    }
    const known = this.#find(from);
    const brought =
      known === null ? null : await this.#bringer.bring(one.file, known, from.hash, () => undefined);
    if (this.#isClosed) {
      if (brought !== null) this.#parts.writer.discard(brought.open);
      return;
    }
    if (brought === null) this.#release(group, one);
    else this.#brought(one.file, brought);
    this.#parts.onNews();
  }

  #brought(
    file: File,
    { open, blocks, by }: { open: OpenFile; blocks: ReadonlyMap<number, Buffer>; by: BroughtBy },
  ): void {
    this.pendingFiles -= 1;
    this.#parts.onBrought(file, open, blocks, by);
  }

  /** Where it is now; null: gone already. Its content is proven by what is made of it. */
  #find({ file, names, hash }: Finished): KnownFile | null {
    try {
      const folder = this.#parts.writer.folders.get(file.target.folder);
      for (const name of names) {
        const stat = folder.statName(name);
        if (stat?.type !== 'file' || stat.size !== file.version.size) continue;
        const path = Buffer.concat([folder.path, Buffer.from(`/${name}`, 'latin1')]);
        return { ...stat, path, hash };
      }
    } catch {
      // Then it is fetched.
    }
    return null;
  }

  nextAsk(): Ask | null {
    return this.#asks.next();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#asks.close();
    await this.#bringing;
  }
}

function keyOf({ folder, sourceName }: ReusableFile): string {
  return `${folder}/${sourceName}`;
}
