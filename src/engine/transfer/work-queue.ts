import type { OpenFile, Target } from '../disk/tree-writer.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { BLOCK_BYTES, MAX_RUN_FILE_BYTES, MAX_RUN_FILES } from '../wire/data-frame.ts';
import type { FileVersion } from '../wire/data-version.ts';

/** One file to fetch. */
export interface FileTask {
  /** Folder number; source path and target folder are found by it. */
  readonly folder: number;
  readonly sourceName: ByteName;
  target: Target;
  version: FileVersion;
  mode: number;
  readonly sparse: boolean;
  /** Hard link group, 0 for none. */
  readonly group: number;
  /** Times it was found changed while it was read. */
  tries: number;
}

/** A file that travels in blocks. */
export interface LargeFile {
  readonly task: FileTask;
  open: OpenFile | null;
  /** Blocks not yet written. */
  blocksLeft: number;
  /** Bytes counted as done; taken back when the file is given up. */
  doneBytes: number;
  /** Blocks being written right now. */
  writing: number;
  /** Given up on: answers still under way are dropped. */
  dead: boolean;
}

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

/** Files of one run: enough to make a round trip cheap, few enough to spread over streams. */
const RUN_FILES = Math.min(512, MAX_RUN_FILES);

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
    return this.pendingFiles === 0 && this.#returned.length === 0;
  }

  add(task: FileTask): void {
    if (task.version.size <= MAX_RUN_FILE_BYTES) {
      this.#small.push(task);
      return;
    }
    const blocksLeft = Math.ceil(task.version.size / BLOCK_BYTES);
    this.#large.push({ task, open: null, blocksLeft, doneBytes: 0, writing: 0, dead: false });
  }

  /** Puts back what a lost stream had taken. */
  giveBack(work: Work): void {
    this.#returned.push(work);
  }

  /** The next piece of work, or null when there is none now. */
  take(): Work | null {
    for (let work = this.#returned.pop(); work !== undefined; work = this.#returned.pop()) {
      if (work.kind === 'run' || !work.file.dead) return work;
    }
    return this.#takeRun() ?? this.#takeBlock();
  }

  #takeRun(): Work | null {
    const files: FileTask[] = [];
    let bytes = 0;
    while (this.#smallAt < this.#small.length && files.length < RUN_FILES) {
      const task = this.#small[this.#smallAt] as FileTask;
      if (bytes + task.version.size > BLOCK_BYTES) break;
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
    for (;;) {
      const file = this.#large[this.#largeAt];
      if (file === undefined) {
        this.#large.length = 0;
        this.#largeAt = 0;
        return null;
      }
      if (!file.dead && this.#offset < file.task.version.size) {
        const offset = this.#offset;
        const length = Math.min(BLOCK_BYTES, file.task.version.size - offset);
        this.#offset += length;
        return { kind: 'block', file, offset, length };
      }
      this.#largeAt += 1;
      this.#offset = 0;
    }
  }
}
