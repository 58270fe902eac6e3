import { Failure, READ_BACK, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { MAX_SHOWN_DAMAGE, type Problem } from '../../shared/job.ts';
import { closeFd, Folder } from '../disk/folder.ts';
import { fs } from '../disk/fs.ts';
import { forgetCached } from '../disk/page-cache.ts';
import { isHoleIn } from '../disk/sparse.ts';
import { isSameTime } from '../disk/stat.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { type ByteName, type BytePath, showPath } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { BlockHashes } from './block-hashes.ts';
import { type FileReceipt, lastReceipts } from './receipt.ts';

/** What to read back. Plain data. */
export interface VerifyOrder {
  readonly job: JobId;
  /** Absolute path of the folder the job went into, exact bytes. */
  readonly into: Uint8Array;
  /** Blobs of receipt.ts, in the order they were kept. */
  readonly receipts: readonly Uint8Array[];
}

export interface VerifyCounts {
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
  readonly damaged: number;
  readonly problemCount: number;
  /** The first ones, damage before anything else. */
  readonly problems: readonly Problem[];
}

/** Progress is told at most this often. */
const TELL_MS = 250;
const DETAIL = { reason: READ_BACK };

/**
 * Reads back from disk what a job wrote and compares it with the hashes its content came with. A file of
 * another size or time was changed by somebody since, which is listed, but is no damage; other content under
 * the same size and time is.
 */
export class FileVerifier {
  readonly #order: VerifyOrder;
  readonly #tell: (counts: VerifyCounts) => void;
  readonly #signal: AbortSignal;
  readonly #problems: Problem[] = [];
  readonly #buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  #counts = { files: 0, bytes: 0, totalFiles: 0, totalBytes: 0, damaged: 0, problemCount: 0 };
  #toldMs = Number.NEGATIVE_INFINITY;
  /** The folder of the last file, since neighbours come one after the other. */
  #last: { readonly path: string; readonly folder: Folder } | null = null;

  constructor(order: VerifyOrder, tell: (counts: VerifyCounts) => void, signal: AbortSignal) {
    this.#order = order;
    this.#tell = tell;
    this.#signal = signal;
  }

  /** @throws what the signal was aborted with; `vanished` and others when the destination folder cannot be opened. */
  async run(): Promise<void> {
    const files = lastReceipts(this.#order.receipts);
    this.#counts.totalFiles = files.length;
    this.#counts.totalBytes = files.reduce((sum, file) => sum + bytesOf(file), 0);
    const root = Folder.openPath(Buffer.from(this.#order.into));
    try {
      for (const file of files) {
        await this.#verify(root, file);
        this.#counts.files += 1;
        this.#tellNow(false);
      }
      this.#tellNow(true);
    } finally {
      this.#last?.folder.close();
      root.close();
    }
  }

  #tellNow(isLast: boolean): void {
    this.#signal.throwIfAborted();
    const nowMs = performance.now();
    if (!isLast && nowMs - this.#toldMs < TELL_MS) return;
    this.#toldMs = nowMs;
    this.#tell({ ...this.#counts, problems: [...this.#problems] });
  }

  async #verify(root: Folder, file: FileReceipt): Promise<void> {
    const bytesBefore = this.#counts.bytes;
    try {
      const name = file.path.at(-1) as ByteName;
      const folder = this.#folderOf(root, file.path.slice(0, -1));
      const stat = folder.statName(name);
      if (stat === null) return this.#found(file.path, new Failure('vanished', DETAIL));
      const isAsItWas = stat.type === 'file' && stat.size === file.size && isSameTime(stat, file);
      if (!isAsItWas) return this.#found(file.path, new Failure('changed', DETAIL));
      const hash = await this.#hashOf(folder.openFile(name), file);
      if (!hash.equals(file.hash)) this.#found(file.path, new Failure('integrity', DETAIL));
    } catch (error) {
      this.#signal.throwIfAborted();
      const failure = toFailure(error, undefined, 'io');
      this.#found(file.path, failure);
    } finally {
      this.#counts.bytes = bytesBefore + bytesOf(file);
    }
  }

  #folderOf(root: Folder, path: BytePath): Folder {
    const key = path.join('/');
    if (path.length === 0) return root;
    if (this.#last?.path === key) return this.#last.folder;
    this.#last?.folder.close();
    this.#last = null;
    let folder: Folder | null = null;
    for (const name of path) {
      const child: Folder = (folder ?? root).openFolder(name);
      folder?.close();
      folder = child;
    }
    if (folder === null) return root;
    this.#last = { path: key, folder };
    return folder;
  }

  /** Takes over the descriptor. */
  async #hashOf(fd: number, receipt: FileReceipt): Promise<Buffer> {
    const [from, size] = [receipt.piece?.at ?? 0, bytesOf(receipt)];
    try {
      await forgetCached(fd);
      if (receipt.by === 'content') return hashBytes(await this.#read(fd, 0, size));
      const hashes = new BlockHashes();
      for (let block = 0; block * BLOCK_BYTES < size; block += 1) {
        const offset = block * BLOCK_BYTES;
        const length = Math.min(BLOCK_BYTES, size - offset);
        if (!isHoleIn(fd, { offset: from + offset, length })) {
          hashes.set(block, hashBytes(await this.#read(fd, from + offset, length)));
        }
        this.#counts.bytes += length;
        this.#tellNow(false);
      }
      return hashes.fileHash(size);
    } finally {
      closeFd(fd);
    }
  }

  /** On the thread pool: a copy that runs in this worker goes on meanwhile. */
  async #read(fd: number, position: number, length: number): Promise<Buffer> {
    let done = 0;
    while (done < length) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      fs.read(fd, this.#buffer, done, length - done, position + done, (error, read) =>
        error === null ? resolve(read) : reject(error),
      );
      const read = await promise;
      if (read === 0) throw new Failure('changed', DETAIL);
      done += read;
    }
    return this.#buffer.subarray(0, length);
  }

  #found(path: BytePath, failure: Failure): void {
    const isDamage = failure.code === 'integrity' || failure.code === 'io';
    this.#counts.problemCount += 1;
    if (isDamage) this.#counts.damaged += 1;
    const problem: Problem = {
      ...showPath(path),
      code: failure.code,
      ...(failure.reason === undefined ? {} : { reason: failure.reason }),
    };
    if (isDamage) this.#problems.splice(this.#counts.damaged - 1, 0, problem);
    else this.#problems.push(problem);
    this.#problems.length = Math.min(this.#problems.length, MAX_SHOWN_DAMAGE);
  }
}

/** How much of a file is read back. */
function bytesOf({ piece, size }: FileReceipt): number {
  return piece?.length ?? size;
}
