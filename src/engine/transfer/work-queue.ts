import type { OpenFile } from '../disk/open-file.ts';
import type { Target } from '../disk/tree-writer.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { BLOCK_BYTES, MAX_PULLER_BODY_BYTES, MAX_RUN_FILE_BYTES, MAX_RUN_FILES } from '../wire/data-frame.ts';
import type { FileVersion } from '../wire/data-version.ts';
import { MAX_WANTED_FILE_BYTES } from '../wire/data-wants.ts';
import { BlockHashes } from './block-hashes.ts';
import type { Patch } from './patch.ts';

/** One file to fetch. */
export interface FileTask {
  /** Folder number; source path and target folder are found by it. */
  readonly folder: number;
  readonly sourceName: ByteName;
  /** Bytes of the folder's source path in a want. */
  readonly pathBytes: number;
  target: Target;
  version: FileVersion;
  mode: number;
  /** Bytes of it that are not allocated at its source, as far as is known; more than none: zeros are written as holes. */
  readonly holeBytes: number;
  /** Hard link group, 0 for none. */
  readonly group: number;
  /** Its place in the listing. */
  readonly row: number;
  /** Times it was found changed while it was read. */
  tries: number;
  /** It is a piece of a file, for a file that is there; absent: a whole one. */
  readonly patch?: Patch;
}

/** A file that travels in blocks. */
export interface LargeFile {
  readonly task: FileTask;
  open: OpenFile | null;
  /** Blocks not yet written. */
  blocksLeft: number;
  /** Bytes counted as done; taken back when the file is given up. */
  doneBytes: number;
  /** Of its source's holes: what is not counted in `doneBytes`. */
  holesLeft: number;
  /** Of those: taken from the version that was there before. */
  olderBytes: number;
  /** Blocks being written right now. */
  writing: number;
  /**
   * The two latest writes, older one first. The kernel takes one at a time per file and lets others wait by
   * burning a core; a second one ready keeps it from waiting for us.
   */
  lastWrites: readonly [Promise<void>, Promise<void>];
  /** Its part began as a clone of the version that was here before: what is not written is not zeros. */
  isCloned: boolean;
  /** Given up on: answers still under way are dropped. */
  dead: boolean;
  /** Blocks that an earlier run of the job has left in its part, with their hashes; null for a new file. */
  readonly kept: ReadonlyMap<number, Buffer> | null;
  /** Of its blocks that are written, holes left out. */
  readonly hashes: BlockHashes;
  /** How most of it came here. */
  readonly via: Via;
}

/** The rungs that bring content. */
export type Via = 'raw' | 'cloned' | 'copied' | 'delta';

export type Work =
  | { readonly kind: 'run'; readonly files: readonly FileTask[]; readonly bytes: number }
  | {
      readonly kind: 'block';
      readonly file: LargeFile;
      readonly offset: number;
      readonly length: number;
    };

/** A file here that may have the same content: the source is asked for its hash. */
export interface Compare {
  readonly kind: 'hash';
  readonly folder: number;
  readonly sourceName: ByteName;
  readonly version: FileVersion;
  /** Told the source's hash, or null when it cannot be had. */
  readonly resolve: (hash: Buffer | null) => void;
}

const SETTLED = Promise.resolve();

/** @param kept blocks that are there, in `open`. */
export function newLargeFile(
  task: FileTask,
  open: OpenFile | null,
  kept: ReadonlyMap<number, Buffer> | null,
  via: Via = 'raw',
): LargeFile {
  const { size } = task.version;
  const hashes = new BlockHashes();
  let doneBytes = 0;
  for (const [block, hash] of kept ?? []) {
    hashes.set(block, hash);
    doneBytes += Math.min(BLOCK_BYTES, size - block * BLOCK_BYTES);
  }
  return {
    task,
    open,
    blocksLeft: Math.ceil(size / BLOCK_BYTES) - (kept?.size ?? 0),
    doneBytes,
    holesLeft: task.holeBytes,
    hashes,
    olderBytes: 0,
    isCloned: false,
    writing: 0,
    lastWrites: [SETTLED, SETTLED],
    dead: false,
    kept,
    via,
  };
}

/** Files of one run: enough to make a round trip cheap, few enough to spread over streams. */
const RUN_FILES = Math.min(512, MAX_RUN_FILES);

/** All but the number of groups in front. Deep folders with one file each are what fills it. */
const MAX_RUN_WANT_BYTES = MAX_PULLER_BODY_BYTES - 2;

/**
 * What is still to be fetched, one queue for all streams of a job: whoever has room takes the next
 * piece, nothing is dealt out in advance. Runs of small files go before blocks, in listing order, so
 * folders fill one after the other; what a lost stream had taken comes back to the front.
 */
export class WorkQueue {
  #small: FileTask[] = [];
  #smallAt = 0;
  readonly #large: LargeFile[] = [];
  #largeAt = 0;
  #offset = 0;
  readonly #returned: Work[] = [];

  /** Files not yet handed out. */
  get pendingFiles(): number {
    return this.#small.length - this.#smallAt + (this.#large.length - this.#largeAt);
  }

  get isEmpty(): boolean {
    this.#skipDone();
    return this.pendingFiles === 0 && this.#returned.length === 0;
  }

  add(task: FileTask): void {
    if (task.version.size <= MAX_RUN_FILE_BYTES) {
      this.#small.push(task);
      return;
    }
    this.#large.push(newLargeFile(task, null, null));
  }

  /** A file of which some blocks are there; the others are fetched. */
  addKept(file: LargeFile): void {
    this.#large.push(file);
  }

  /** Puts back what a lost stream had taken. */
  giveBack(work: Work): void {
    this.#returned.push(work);
  }

  /** The next piece of work, or null when there is none now. */
  take(): Work | null {
    this.#skipDone();
    return this.#returned.pop() ?? this.#takeRun() ?? this.#takeBlock();
  }

  /** Steps over what nobody has to fetch: pieces of files given up, files that are handed out whole. */
  #skipDone(): void {
    for (let last = this.#returned.at(-1); last?.kind === 'block' && last.file.dead; ) {
      this.#returned.pop();
      last = this.#returned.at(-1);
    }
    for (let file = this.#large[this.#largeAt]; file !== undefined; file = this.#large[this.#largeAt]) {
      while (file.kept?.has(this.#offset / BLOCK_BYTES) === true) this.#offset += BLOCK_BYTES;
      if (!file.dead && this.#offset < file.task.version.size) return;
      this.#largeAt += 1;
      this.#offset = 0;
    }
    this.#large.length = 0;
    this.#largeAt = 0;
  }

  #takeRun(): Work | null {
    const files: FileTask[] = [];
    let bytes = 0;
    let wantBytes = 0;
    while (this.#smallAt < this.#small.length && files.length < RUN_FILES) {
      const task = this.#small[this.#smallAt] as FileTask;
      if (bytes + task.version.size > BLOCK_BYTES) break;
      if (files.at(-1)?.folder !== task.folder) wantBytes += task.pathBytes;
      wantBytes += MAX_WANTED_FILE_BYTES;
      if (files.length > 0 && wantBytes > MAX_RUN_WANT_BYTES) break;
      bytes += task.version.size;
      files.push(task);
      this.#smallAt += 1;
    }
    this.#compact();
    return files.length === 0 ? null : { kind: 'run', files, bytes };
  }

  /** Forgets tasks that were handed out, now and then, so a long job stays flat. */
  #compact(): void {
    if (this.#smallAt < 4096 || this.#smallAt * 2 < this.#small.length) return;
    this.#small = this.#small.slice(this.#smallAt);
    this.#smallAt = 0;
  }

  #takeBlock(): Work | null {
    const file = this.#large[this.#largeAt];
    if (file === undefined) return null;
    const offset = this.#offset;
    const length = Math.min(BLOCK_BYTES, file.task.version.size - offset);
    this.#offset += length;
    return { kind: 'block', file, offset, length };
  }
}
