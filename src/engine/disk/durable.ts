import { closeFd, type Folder } from './folder.ts';
import { fs } from './fs.ts';
import { libc } from './libc.ts';

/** From this many files on, one sync of the whole file system is cheaper than one per file. */
export const SYNC_FILE_SYSTEM_FROM = 64;

/**
 * Makes what a job wrote durable: file by file while there are few, else the whole file system at once.
 * Its root was opened before the first write, because the kernel reports errors to descriptors that were
 * open when they happened. Any error fails the batch; a sync that failed once is never asked again and
 * believed.
 */
export class DurableBatch {
  readonly #root: Folder;
  /** Written files, kept open to be synced; null once there are too many. */
  #files: number[] | null = [];

  readonly #isOneByOne: boolean;

  /**
   * `root` stays open while the batch lives; the caller owns it.
   * @param isOneByOne whether each file is synced as soon as it is written, so that the bad one is known.
   */
  constructor(root: Folder, isOneByOne = false) {
    this.#root = root;
    this.#isOneByOne = isOneByOne || libc === null;
  }

  /** Whether the next `sync` flushes the whole file system, names and folders included. */
  get isWhole(): boolean {
    return this.#files === null;
  }

  /** Takes over the descriptor of a file that is completely written. @throws system errors, one by one. */
  wrote(fd: number): void {
    if (this.#isOneByOne) {
      try {
        fs.fsyncSync(fd);
      } finally {
        closeFd(fd);
      }
      return;
    }
    if (this.#files !== null && this.#files.length < SYNC_FILE_SYSTEM_FROM - 1) {
      this.#files.push(fd);
      return;
    }
    this.makeWhole();
    closeFd(fd);
  }

  /** Makes the next `sync` flush the whole file system, where that can be done. */
  makeWhole(): void {
    if (libc === null) return;
    this.#closeAll();
    this.#files = null;
  }

  /**
   * Syncs what was written before the call; what is written meanwhile belongs to the next batch.
   * @throws the system error of the first sync that failed.
   */
  async sync(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    if (files === null) {
      await libc?.syncfs(this.#root.fd);
      return;
    }
    try {
      for (const fd of files) fs.fsyncSync(fd);
    } finally {
      for (const fd of files) closeFd(fd);
    }
  }

  /** Lets go of everything without syncing. */
  abandon(): void {
    this.#closeAll();
    this.#files = [];
  }

  #closeAll(): void {
    for (const fd of this.#files ?? []) closeFd(fd);
  }
}
