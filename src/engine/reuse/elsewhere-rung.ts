import type { BroughtBy } from '../disk/clone.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { Target, TreeWriter } from '../disk/tree-writer.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { MAX_PULLER_BODY_BYTES, MAX_RUN_FILES, PULLER_FRAME, SOURCE_FRAME } from '../wire/data-frame.ts';
import { decodeHashes } from '../wire/data-hashes.ts';
import type { FileVersion } from '../wire/data-version.ts';
import { encodeGroups, MAX_WANTED_FILE_BYTES, type WantGroup } from '../wire/data-wants.ts';
import type { Ask } from './ask.ts';
import { Bringer, type BringTimer } from './bringer.ts';
import { Candidates, worthTrying } from './candidates.ts';
import type { KnownFile, KnownFiles } from './known-files.ts';
import type { Rung } from './ladder.ts';
import { SmallFileTrust } from './small-file-trust.ts';

/** From this size on a hash is cheaper than the bytes on any link. */
const ASK_FROM_BYTES = 64 * 1024;
/** Files that are looked up at once: what the first of them tell decides whether the rest is worth it. */
const LOOK_UP_FILES = 512;
/** Content that the source has to read for one answer: what else waits there behind it. */
const MAX_ASK_BYTES = 64 * 1024 * 1024;

/** A file as this rung needs it. */
export interface ReusableFile {
  readonly folder: number;
  readonly sourceName: ByteName;
  readonly pathBytes: number;
  readonly target: Target;
  readonly version: FileVersion;
}

export interface ElsewhereParts<File> {
  readonly writer: TreeWriter;
  readonly known: KnownFiles;
  readonly timer: BringTimer;
  /** Only find out; nothing is written. */
  readonly dryRun: boolean;
  /** Whether the link is known to be slower than hashing. */
  readonly isLinkSlow: () => boolean;
  /** All of the content is in a temp, proven. Throws nothing. */
  readonly onBrought: (
    file: File,
    open: OpenFile,
    blocks: ReadonlyMap<number, Buffer>,
    by: BroughtBy,
  ) => void;
  /** In a dry run: it would be brought. */
  readonly onForeseen: (file: File) => void;
  /** There is something to ask for, or a file less. */
  readonly onNews: () => void;
}

interface Climbing<File> {
  readonly file: File;
  readonly miss: () => void;
}

interface Asked<File> extends Climbing<File> {
  readonly hash: Buffer | null;
}

/**
 * Content that is here already, under another name. A file of which the index knows one of the same size is looked
 * for: the source says its hash, and a file here with that hash is cloned or copied. What is looked at, and why the
 * source learns nothing of what others have, is in docs/decisions/0022-what-is-here-is-not-sent.md.
 */
export class ElsewhereRung<File extends ReusableFile> implements Rung<File> {
  readonly #parts: ElsewhereParts<File>;
  readonly #candidates: Candidates;
  readonly #bringer: Bringer;
  readonly #trust = new SmallFileTrust();
  /** Waiting for a look at the index, then for a question, then for an answer, then for their content. */
  #fresh: Climbing<File>[] = [];
  readonly #toAsk: Climbing<File>[] = [];
  readonly #toBring: Asked<File>[] = [];
  pendingFiles = 0;
  #isLookingUp = false;
  #isBringing: Promise<void> | null = null;
  #isClosed = false;

  constructor(parts: ElsewhereParts<File>) {
    this.#parts = parts;
    this.#candidates = new Candidates(parts.known);
    this.#bringer = new Bringer(parts.writer, parts.timer, () => !this.#isClosed);
  }

  take(file: File, miss: () => void): boolean {
    const { size } = file.version;
    if (size === 0 || this.#isClosed) return false;
    if (size < ASK_FROM_BYTES && !this.#trust.isWorthALook()) return false;
    this.#fresh.push({ file, miss });
    this.pendingFiles += 1;
    // All of one page are looked up together.
    if (!this.#isLookingUp) queueMicrotask(() => void this.#lookUpAll());
    this.#isLookingUp = true;
    return true;
  }

  #isAnyTime({ version }: File): boolean {
    return version.size >= ASK_FROM_BYTES || this.#parts.isLinkSlow();
  }

  async #lookUpAll(): Promise<void> {
    while (this.#fresh.length > 0 && !this.#isClosed) {
      await this.#lookUp(this.#fresh.splice(0, LOOK_UP_FILES));
      if (!this.#trust.isLost) continue;
      const small = this.#fresh.filter(({ file }) => file.version.size < ASK_FROM_BYTES);
      this.#fresh = this.#fresh.filter(({ file }) => file.version.size >= ASK_FROM_BYTES);
      for (const one of small) this.#missed(one);
    }
    this.#isLookingUp = false;
    this.#parts.onNews();
  }

  async #lookUp(climbing: readonly Climbing<File>[]): Promise<void> {
    const wanted = climbing.map(({ file }) => {
      const { size, mtimeSec, mtimeNs } = file.version;
      return { size, mtimeSec, mtimeNs, isAnyTime: this.#isAnyTime(file) };
    });
    const found = await this.#parts.known.find(wanted);
    if (this.#isClosed) return;
    this.#candidates.add(found);
    for (const one of climbing) {
      const isThere = this.#candidatesOf(one.file).length > 0;
      if (one.file.version.size < ASK_FROM_BYTES) this.#trust.looked(isThere);
      if (isThere) this.#toAsk.push(one);
      else this.#missed(one);
    }
    this.#parts.onNews();
  }

  #candidatesOf(file: File): readonly KnownFile[] {
    return this.#candidates.of(file.version, this.#isAnyTime(file));
  }

  #missed({ miss }: Climbing<File>): void {
    this.pendingFiles -= 1;
    miss();
  }

  nextAsk(): Ask | null {
    const batch: Climbing<File>[] = [];
    let bytes = 0;
    let bodyBytes = 2;
    for (const one of this.#toAsk) {
      const { version, pathBytes } = one.file;
      bodyBytes += pathBytes + MAX_WANTED_FILE_BYTES;
      bytes += version.size;
      const isFull = bytes > MAX_ASK_BYTES || bodyBytes > MAX_PULLER_BODY_BYTES;
      if (batch.length > 0 && (isFull || batch.length >= MAX_RUN_FILES)) break;
      batch.push(one);
    }
    if (batch.length === 0) return null;
    this.#toAsk.splice(0, batch.length);
    return {
      kind: 'ask',
      frame: PULLER_FRAME.wantHashes,
      answer: SOURCE_FRAME.hashes,
      maxBytes: 0,
      encode: () => encodeGroups(this.#groupsOf(batch)),
      answered: ({ meta }) => {
        const hashes = decodeHashes(meta, batch.length);
        for (const [index, one] of batch.entries()) {
          this.#toBring.push({ ...one, hash: hashes[index] ?? null });
        }
        this.#isBringing ??= this.#bringAll();
      },
      lost: () => void this.#toAsk.unshift(...batch),
    };
  }

  /** Neighbours in one folder share its path. */
  #groupsOf(batch: readonly Climbing<File>[]): WantGroup[] {
    const groups: { number: number; folder: ByteName[]; files: WantGroup['files'][number][] }[] = [];
    for (const { file } of batch) {
      let group = groups.at(-1);
      if (group === undefined || group.number !== file.folder) {
        group = {
          number: file.folder,
          folder: this.#parts.writer.folders.sourcePath(file.folder),
          files: [],
        };
        groups.push(group);
      }
      group.files.push({ name: file.sourceName, version: file.version });
    }
    return groups;
  }

  async #bringAll(): Promise<void> {
    for (let next = this.#toBring.shift(); next !== undefined; next = this.#toBring.shift()) {
      const isHere = next.hash !== null && (await this.#bring(next.file, next.hash));
      if (this.#isClosed) break;
      if (isHere) this.pendingFiles -= 1;
      else this.#missed(next);
      if (this.#toBring.length === 0) this.#parts.onNews();
    }
    this.#isBringing = null;
  }

  async #bring(file: File, hash: Buffer): Promise<boolean> {
    for (const candidate of worthTrying(this.#candidatesOf(file), hash)) {
      const learn = (found: Buffer) => this.#candidates.learn(candidate, found);
      if (this.#parts.dryRun) {
        if (!(await this.#isContent(candidate, hash))) continue;
        this.#parts.onForeseen(file);
        return true;
      }
      const brought = await this.#bringer.bring(file, candidate, hash, learn);
      if (brought === null) continue;
      const { open, blocks, by } = brought;
      if (this.#isClosed) this.#parts.writer.discard(open);
      else this.#parts.onBrought(file, open, blocks, by);
      return true;
    }
    return false;
  }

  /** The index is believed here: a prediction may be wrong. */
  async #isContent(candidate: KnownFile, hash: Buffer): Promise<boolean> {
    if (candidate.hash !== null) return true;
    const found = await this.#bringer.hashOf(candidate);
    if (found !== null) this.#candidates.learn(candidate, found);
    return found?.equals(hash) === true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#isBringing;
  }
}
