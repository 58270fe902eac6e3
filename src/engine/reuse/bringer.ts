import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BroughtBy, bringWhole, cloneWhole } from '../disk/clone.ts';
import { closeFd, readFully, writeFully } from '../disk/folder.ts';
import { fs } from '../disk/fs.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { Target, TreeWriter } from '../disk/tree-writer.ts';
import { hashBytes, hashOfBlocks, hashOfOneBlock } from '../wire/block-hash.ts';
import { BLOCK_BYTES, MAX_RUN_FILE_BYTES } from '../wire/data-frame.ts';
import type { FileVersion } from '../wire/data-version.ts';
import { isStill } from './candidates.ts';
import type { KnownFile } from './known-files.ts';

/** A file of the listing that is wanted here. */
export interface WantedFile {
  readonly target: Target;
  readonly version: FileVersion;
}

/** A file whose content is in its temp, proven by its hash. */
export interface Brought {
  readonly open: OpenFile;
  /** Hash of every block, by number. */
  readonly blocks: ReadonlyMap<number, Buffer>;
  readonly by: BroughtBy;
}

/** Told how long each kind of work took; `startMs` is performance.now(). */
export interface BringTimer {
  since(stage: 'disk' | 'hash', startMs: number): number;
}

/**
 * Brings content from a file that is here into the temp of another, and proves it: what is hashed is what the temp
 * holds, so nothing that happens to the other file meanwhile can be published.
 */
export class Bringer {
  readonly #writer: TreeWriter;
  readonly #timer: BringTimer;
  readonly #isWanted: () => boolean;

  /** @param isWanted false as soon as nobody waits for it any more. */
  constructor(writer: TreeWriter, timer: BringTimer, isWanted: () => boolean) {
    this.#writer = writer;
    this.#timer = timer;
    this.#isWanted = isWanted;
  }

  /** Hash of a known file as it is now, null where it is another one or cannot be read. */
  async hashOf(known: KnownFile): Promise<Buffer | null> {
    return await withKnown(known, async (fd) => (await this.#hash(fd, known.size)).hash);
  }

  /**
   * Null where the file is not what is wanted, or something went wrong with it or its temp: then nothing is left
   * of the temp, and fetching the file says what is wrong. The caller owns the temp it returns.
   * @param learn told the hash of `from` where it was computed on the way.
   */
  async bring(
    wanted: WantedFile,
    from: KnownFile,
    hash: Buffer,
    learn: (hash: Buffer) => void,
  ): Promise<Brought | null> {
    return await withKnown(from, async (fd) => {
      const isSmall = wanted.version.size <= MAX_RUN_FILE_BYTES;
      const small = isSmall ? this.#readSmall(fd, wanted.version.size) : null;
      if (small !== null) learn(small.hash);
      if (isSmall && small?.hash.equals(hash) !== true) return null;
      return await this.#fill(wanted, fd, small, hash);
    });
  }

  /** Content that is proven before a temp is made; most of what is looked at is small, and not all of it right. */
  #readSmall(fd: number, size: number): SmallContent | null {
    const content = Buffer.allocUnsafe(size);
    let startMs = performance.now();
    if (readFully(fd, content, 0) < size) return null;
    startMs = this.#timer.since('disk', startMs);
    const block = hashBytes(content);
    const hash = hashOfOneBlock(block, size);
    this.#timer.since('hash', startMs);
    return { content, block, hash };
  }

  async #fill(
    { target, version }: WantedFile,
    from: number,
    small: SmallContent | null,
    hash: Buffer,
  ): Promise<Brought | null> {
    const open = this.#writer.open(target);
    try {
      if (small !== null && !cloneWhole(from, open.fd)) {
        writeFully(open.fd, small.content, 0);
        return { open, blocks: new Map([[0, small.block]]), by: 'copied' };
      }
      const startMs = performance.now();
      const by = small === null ? await bringWhole(from, open.fd, version.size, this.#isWanted) : 'cloned';
      this.#timer.since('disk', startMs);
      const blocks = await this.#prove(open, version.size, hash);
      if (blocks !== null) return { open, blocks, by };
    } catch {
      // As below: the file is fetched, and what is wrong with its place is said then.
    }
    this.#writer.discard(open);
    return null;
  }

  /** Reads the temp back; null where it is not the wanted content. */
  async #prove(open: OpenFile, size: number, hash: Buffer): Promise<ReadonlyMap<number, Buffer> | null> {
    const fd = this.#writer.folders.get(open.target.folder).openFile(open.name);
    try {
      if (fs.fstatSync(fd).size !== size) return null;
      const found = await this.#hash(fd, size);
      return found.hash?.equals(hash) === true ? found.blocks : null;
    } finally {
      closeFd(fd);
    }
  }

  async #hash(fd: number, size: number): Promise<{ hash: Buffer | null; blocks: Map<number, Buffer> }> {
    const blocks = new Map<number, Buffer>();
    const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size));
    for (let offset = 0; offset < size; offset += BLOCK_BYTES) {
      const block = buffer.subarray(0, Math.min(BLOCK_BYTES, size - offset));
      const startMs = performance.now();
      if (!this.#isWanted() || readFully(fd, block, offset) < block.length) return { hash: null, blocks };
      blocks.set(offset / BLOCK_BYTES, hashBytes(block));
      this.#timer.since('hash', startMs);
      // Connections of the same worker have their turn between two blocks.
      if (size > BLOCK_BYTES) await nextTurn();
    }
    return { hash: hashOfBlocks(blocks.values(), size), blocks };
  }
}

interface SmallContent {
  readonly content: Buffer;
  readonly block: Buffer;
  readonly hash: Buffer;
}

/** Null where the file is not the known one any more, or something went wrong. */
async function withKnown<Value>(
  known: KnownFile,
  read: (fd: number) => Promise<Value>,
): Promise<Value | null> {
  let fd: number;
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    fd = fs.openSync(Buffer.from(known.path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return isStill(fd, known) ? await read(fd) : null;
  } catch {
    return null;
  } finally {
    fs.closeSync(fd);
  }
}
