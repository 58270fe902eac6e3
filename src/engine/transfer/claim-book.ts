import { promisify } from 'node:util';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { closeFd } from '../disk/folder.ts';
import { fs } from '../disk/fs.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { type Claim, claimPath, toClaims } from './claim.ts';
import { claimKeyOf } from './patch.ts';
import type { LargeFile } from './work-queue.ts';

/** Smaller files are simply fetched again: what is under way of them is little. */
export const CLAIM_FROM_BYTES = 32 * 1024 * 1024;
/** Written bytes after which they are synced and claimed. */
const BARRIER_BYTES = 32 * 1024 * 1024;
/** Longest time that something written stays without a claim, where the disk keeps up. */
const BARRIER_MS = 2_000;
/**
 * Written and not claimed, for each stream: with what is asked for beyond it a cut costs at most 64 MiB a
 * stream. Where the disk is slower than the wire this is what the wire waits for.
 */
const MAX_UNCLAIMED_BYTES = 56 * 1024 * 1024;

interface Claimed {
  readonly file: Pick<Claim, 'path' | 'part' | 'version'>;
  /** Of its own, so that the writer may close its own at any time; open since before the first write. */
  readonly fd: number;
  unsynced: Map<number, Buffer>;
  isSyncing: boolean;
  isOver: boolean;
  isGone: boolean;
}

export interface ClaimEvents {
  /** On disk from now on, whatever happens. */
  readonly claimed: (claims: readonly Claim[]) => void;
  /** What was claimed of this file does not hold any more. */
  readonly unclaimed: (path: Buffer) => void;
  /** A sync failed: what was written may be lost. */
  readonly onFailed: (failure: Failure) => void;
  /** There is room again. */
  readonly onRoom: () => void;
}

const syncData: (fd: number) => Promise<void> = promisify(fs.fdatasync);

/**
 * Claims blocks of large files, always behind the sync that made them durable: blocks are noted as they are
 * written, now and then all of them are synced on the thread pool, and only what was noted before the sync
 * began is claimed after it. The owner calls `close`.
 */
export class ClaimBook {
  readonly #writer: TreeWriter;
  readonly #events: ClaimEvents;
  readonly #maxBytes: number;
  readonly #files = new Map<LargeFile, Claimed>();
  #unsyncedBytes = 0;
  #syncingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #barrier: Promise<void> | null = null;
  #isClosed = false;

  constructor(writer: TreeWriter, streams: number, events: ClaimEvents) {
    this.#writer = writer;
    this.#events = events;
    this.#maxBytes = MAX_UNCLAIMED_BYTES * Math.max(1, streams);
  }

  /** Whether nothing more should be asked for until a sync is through. */
  get isFull(): boolean {
    return this.#unsyncedBytes + this.#syncingBytes > this.#maxBytes;
  }

  /** A file has its part on disk, and blocks of it will come. */
  begin(file: LargeFile, { name, mark: part = name }: Pick<OpenFile, 'name' | 'mark'>): void {
    const { task } = file;
    if (task.version.size < CLAIM_FROM_BYTES || this.#isClosed) return;
    const { folders } = this.#writer;
    let fd: number;
    try {
      fd = folders.get(task.folder).openFile(name);
    } catch {
      // Without a descriptor nothing can be claimed; the copy itself does not need it.
      return;
    }
    const path = claimPath([...folders.sourcePath(task.folder), task.sourceName]);
    const claim = { path, part: Buffer.from(part, 'latin1'), version: claimKeyOf(task) };
    const claimed = { file: claim, fd, unsynced: new Map(), isSyncing: false, isOver: false, isGone: false };
    this.#files.set(file, claimed);
  }

  /** A block is written. `hash` is copied by the caller. */
  wrote(file: LargeFile, offset: number, length: number, hash: Buffer): void {
    const claimed = this.#files.get(file);
    if (claimed === undefined) return;
    claimed.unsynced.set(offset / BLOCK_BYTES, hash);
    this.#unsyncedBytes += length;
    if (this.#unsyncedBytes >= BARRIER_BYTES) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), BARRIER_MS);
  }

  /** No further block of it comes; what was written is still claimed. */
  whole(file: LargeFile): void {
    const claimed = this.#files.get(file);
    if (claimed === undefined) return;
    claimed.isOver = true;
    if (claimed.unsynced.size === 0 && !claimed.isSyncing) this.#forget(file, claimed);
  }

  /** A file is given up, and its part with it. */
  gone(file: LargeFile): void {
    const claimed = this.#files.get(file);
    if (claimed === undefined) return;
    claimed.isGone = true;
    claimed.unsynced.clear();
    this.#events.unclaimed(claimed.file.path as Buffer);
    if (!claimed.isSyncing) this.#forget(file, claimed);
  }

  #forget(file: LargeFile, claimed: Claimed): void {
    this.#files.delete(file);
    closeFd(claimed.fd);
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#barrier ??= this.#sync().finally(() => {
      this.#barrier = null;
      if (this.#isClosed) return;
      if (this.#unsyncedBytes >= BARRIER_BYTES) this.#start();
      else if (this.#unsyncedBytes > 0) this.#timer ??= setTimeout(() => this.#start(), BARRIER_MS);
      this.#events.onRoom();
    });
  }

  async #sync(): Promise<void> {
    const due = [...this.#files].filter(([, { unsynced }]) => unsynced.size > 0);
    this.#syncingBytes = this.#unsyncedBytes;
    this.#unsyncedBytes = 0;
    try {
      await Promise.all(due.map(([file, claimed]) => this.#syncOne(file, claimed)));
    } catch (error) {
      this.#events.onFailed(toFailure(error));
    }
    this.#syncingBytes = 0;
  }

  async #syncOne(file: LargeFile, claimed: Claimed): Promise<void> {
    const blocks = claimed.unsynced;
    claimed.unsynced = new Map();
    claimed.isSyncing = true;
    try {
      await syncData(claimed.fd);
      if (!claimed.isGone) this.#events.claimed(toClaims(claimed.file, blocks));
    } finally {
      claimed.isSyncing = false;
      if (claimed.isGone || (claimed.isOver && claimed.unsynced.size === 0)) this.#forget(file, claimed);
    }
  }

  /** Claims all that is written so far, as far as it can be synced. */
  async flush(): Promise<void> {
    await this.#barrier;
    this.#start();
    await this.#barrier;
  }

  /** Lets go of everything, once no sync is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#barrier;
    for (const [file, claimed] of [...this.#files]) this.#forget(file, claimed);
  }
}
