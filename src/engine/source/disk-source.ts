import { setImmediate as nextTurn } from 'node:timers/promises';
import { toFailure } from '../../shared/failure.ts';
import { closeFd, readFully } from '../disk/folder.ts';
import { libc } from '../disk/libc.ts';
import { isSameVersion, type Stat, statFd } from '../disk/stat.ts';
import { FileHasher } from '../wire/block-hash.ts';
import type { BytePath } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { WantBlock, WantedFile, WantGroup, WantHash } from '../wire/data-wants.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { versionOfPiece } from './piece.ts';
import type { ItemRange, Selection } from './selection.ts';
import { readKey, type SharedReads } from './shared-reads.ts';
import type { HashedFile, RunRead, Source, StageTimer } from './source.ts';
import { walk } from './walk.ts';

/** A chosen tree on this machine's disk. Synchronous inside: it lives in a data worker. */
export class DiskSource implements Source {
  readonly #selection: Selection;
  readonly #livePrefixes: ReadonlySet<string>;
  readonly #shared: SharedReads | null;

  /**
   * Owns `selection`. Parts of running jobs (names starting with one of `livePrefixes`) are left out.
   * @param shared with other sources of the same selection; null: nobody else reads it.
   */
  constructor(selection: Selection, livePrefixes: ReadonlySet<string>, shared: SharedReads | null = null) {
    this.#selection = selection;
    this.#shared = shared;
    this.#livePrefixes = livePrefixes;
  }

  records(): Iterator<ListingRecord, void> {
    return walk(this.#selection, this.#selection.tree, this.#livePrefixes);
  }

  readBlock(want: WantBlock, into: Buffer, timer: StageTimer): Outcome {
    const startMs = performance.now();
    const range = this.#rangeOf(want.path);
    const offset = want.offset + (range?.offset ?? 0);
    const open = () => this.#openFile(want.path);
    const piece = into.subarray(0, want.length);
    const outcome = this.#once(want.path, want.version, want.offset, piece, () =>
      withVersion(open, want.version, range, (fd, stat) => {
        if (isHole(fd, stat, { offset, length: want.length })) return { status: 'hole' };
        const read = readFully(fd, piece, offset);
        return read === want.length ? { status: 'ok', length: read } : changed(statFd(fd), range);
      }),
    );
    timer.since('disk', startMs);
    return outcome;
  }

  readRun(groups: readonly WantGroup[], into: Buffer, timer: StageTimer): RunRead {
    const startMs = performance.now();
    const outcomes: Outcome[] = [];
    let length = 0;
    for (const { folder, files } of groups) {
      for (const file of files) {
        const room = into.subarray(length, length + file.version.size);
        const outcome = this.#readSmall(folder, file, room);
        if (outcome.status === 'ok') length += outcome.length;
        outcomes.push(outcome);
      }
    }
    timer.since('disk', startMs);
    return { outcomes, length };
  }

  async hashFile(
    want: WantHash,
    timer: StageTimer,
    signal: AbortSignal,
  ): Promise<{ readonly hash: Buffer } | { readonly outcome: Outcome }> {
    const hasher = new FileHasher();
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (let offset = 0; offset < want.version.size; offset += BLOCK_BYTES) {
      const length = Math.min(BLOCK_BYTES, want.version.size - offset);
      const outcome = this.readBlock({ ...want, offset, length }, buffer, timer);
      const block = buffer.subarray(0, length);
      if (outcome.status === 'hole') block.fill(0);
      else if (outcome.status !== 'ok') return { outcome };
      const startMs = performance.now();
      hasher.addBlock(block);
      timer.since('hash', startMs);
      await nextTurn(undefined, { signal });
    }
    return { hash: hasher.digest() };
  }

  look(path: BytePath): HashedFile | null {
    if (this.#rangeOf(path) !== null) return null;
    const name = this.#selection.tree.nameOnDisk(path);
    try {
      const folder = this.#selection.tree.parentOf(path);
      const stat = folder.statName(name);
      if (stat?.type !== 'file') return null;
      const { inode, size, mtimeSec, mtimeNs, ctimeSec, ctimeNs } = stat;
      const at = Buffer.concat([folder.path, Buffer.from(`/${name}`, 'latin1')]);
      return { inode, path: at, size, mtimeSec, mtimeNs, ctimeSec, ctimeNs };
    } catch {
      // Reading it says what is wrong.
      return null;
    }
  }

  close(): void {
    this.#selection.close();
  }

  #readSmall(folder: BytePath, file: WantedFile, room: Buffer): Outcome {
    const open = () =>
      folder.length === 0
        ? this.#openFile([file.name])
        : this.#selection.tree.get(folder).openFile(file.name);
    const path = [...folder, file.name];
    const range = this.#rangeOf(path);
    return this.#once(path, file.version, 0, room, () =>
      withVersion(open, file.version, range, (fd) => {
        const read = readFully(fd, room, range?.offset ?? 0);
        return read === room.length ? { status: 'ok', length: read } : changed(statFd(fd), range);
      }),
    );
  }

  /** Reads a piece of a version of a file, unless somebody has who shares what is read. */
  #once(path: BytePath, version: FileVersion, offset: number, into: Buffer, read: () => Outcome): Outcome {
    if (this.#shared === null) return read();
    const key = readKey(path, version, offset, into.length);
    if (this.#shared.copyTo(key, into)) return { status: 'ok', length: into.length };
    const outcome = read();
    if (outcome.status === 'ok') this.#shared.keep(key, into);
    return outcome;
  }

  /** Of which piece of it nothing but is served; null: it is served whole. */
  #rangeOf(path: BytePath): ItemRange | null {
    const [name] = path;
    return (path.length === 1 && name !== undefined && this.#selection.ranges.get(name)) || null;
  }

  #openFile(path: BytePath): number {
    const { tree } = this.#selection;
    return tree.parentOf(path).openFile(tree.nameOnDisk(path));
  }
}

/** Opens, checks the version before and after `read`, closes. */
function withVersion(
  open: () => number,
  version: FileVersion,
  range: ItemRange | null,
  read: (fd: number, stat: Stat) => Outcome,
): Outcome {
  let fd: number;
  try {
    fd = open();
  } catch (error) {
    return lost(error);
  }
  try {
    const before = statFd(fd);
    if (before.type !== 'file') return { status: 'vanished' };
    if (!isSameVersion(shown(before, range), version)) return changed(before, range);
    const outcome = read(fd, before);
    const after = statFd(fd);
    return isSameVersion(before, after) ? outcome : changed(after, range);
  } catch (error) {
    return lost(error);
  } finally {
    closeFd(fd);
  }
}

/** The file as it is listed. */
function shown(stat: Stat, range: ItemRange | null): Stat {
  return range === null ? stat : versionOfPiece(stat, range);
}

function changed(stat: Stat, range: ItemRange | null): Outcome {
  return { status: 'changed', version: shown(stat, range), mode: stat.mode & 0o777 };
}

function lost(error: unknown): Outcome {
  const reason = toFailure(error).reason ?? '';
  const gone = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(reason);
  return gone ? { status: 'vanished' } : { status: 'unreadable', reason: reason.slice(0, 32) };
}

/** Whether the whole block lies in a hole; only asked where fewer bytes are allocated than the size says. */
function isHole(fd: number, stat: Stat, want: Pick<WantBlock, 'offset' | 'length'>): boolean {
  if (libc === null || stat.allocated >= stat.size) return false;
  const data = libc.seekData(fd, want.offset);
  return data < 0 || data >= want.offset + want.length;
}
