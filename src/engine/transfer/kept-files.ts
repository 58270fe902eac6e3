import { setImmediate as nextTurn } from 'node:timers/promises';
import { closeFd, Folder, readFully } from '../disk/folder.ts';
import { removeWithin } from '../disk/kept.ts';
import type { OpenFile } from '../disk/open-file.ts';
import { openTarget } from '../disk/open-target.ts';
import { isPartName } from '../disk/part-names.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { hashBytes } from '../wire/block-hash.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { type Claim, claimPath, claimVersion, type FileClaims, readClaims, toClaims } from './claim.ts';
import { claimKeyOf, placeOf } from './patch.ts';
import type { PullTally } from './pull-tally.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask } from './work-queue.ts';

export interface KeptEvents {
  /** A file goes on: the hashes of those blocks were found in it. */
  readonly goesOn: (task: FileTask, open: OpenFile, kept: ReadonlyMap<number, Buffer>) => void;
  readonly claimed: (claims: readonly Claim[]) => void;
  readonly unclaimed: (path: Buffer) => void;
  /** One more has been looked at. */
  readonly onDone: () => void;
}

/**
 * Large files that an earlier run of the job began. What was claimed of them is read back and hashed, one
 * file after the other beside the copy; a block counts only when the claimed hash is found.
 */
export class KeptFiles {
  readonly #writer: TreeWriter;
  readonly #clock: StageClock;
  readonly #tally: PullTally;
  readonly #events: KeptEvents;
  readonly #claims: Map<string, FileClaims>;
  readonly #waiting: { readonly task: FileTask; readonly open: OpenFile; readonly claims: FileClaims }[] = [];
  #run: Promise<void> | null = null;
  #isClosed = false;
  #isAbandoned = false;

  constructor(
    parts: { readonly writer: TreeWriter; readonly clock: StageClock; readonly tally: PullTally },
    claims: readonly Claim[],
    events: KeptEvents,
  ) {
    this.#writer = parts.writer;
    this.#clock = parts.clock;
    this.#tally = parts.tally;
    this.#events = events;
    this.#claims = readClaims(claims);
  }

  /** Whether files are still being looked at. */
  get isBusy(): boolean {
    return this.#run !== null;
  }

  /** Whether blocks of exactly this version are claimed. */
  has(path: BytePath, task: Pick<FileTask, 'version'>): boolean {
    const claims = this.#claims.get(path.join('/'));
    return claims?.version.equals(claimVersion(task.version)) ?? false;
  }

  /** Takes a file up where something of it is kept; false: it has to be fetched from its beginning. */
  take(task: FileTask): boolean {
    if (this.#claims.size === 0) return false;
    const path = [...this.#writer.folders.sourcePath(task.folder), task.sourceName];
    const key = path.join('/');
    const claims = this.#claims.get(key);
    if (claims === undefined) return false;
    this.#claims.delete(key);
    const isSame = claims.version.equals(claimKeyOf(task));
    const open = isSame ? this.#open(task, claims) : null;
    if (open === null) {
      this.#giveUp(task, claims, claimPath(path));
      return false;
    }
    // What is there takes no further room.
    this.#tally.roomlessBytes += roomOf(task, claims);
    this.#waiting.push({ task, open, claims });
    this.#run ??= this.#lookAtAll();
    return true;
  }

  /** What was begun, if it is there as we left it. */
  #open({ target, patch }: FileTask, { part }: FileClaims): OpenFile | null {
    const isInPlace = patch?.range.inPlace === true && patch.old !== null;
    if (!isInPlace) return this.#writer.openKept(target, part);
    try {
      return { ...openTarget(this.#writer.folders.get(target.folder), target, patch.old), mark: part };
    } catch {
      // It is begun anew, which says why.
      return null;
    }
  }

  /** What is kept is of another version, or not as we left it. */
  #giveUp(task: FileTask, { part }: FileClaims, path: Buffer): void {
    this.#events.unclaimed(path);
    const name = this.#writer.isStaged(task.target.folder) ? task.target.name : part;
    removeWithin(this.#writer.folders.get(task.target.folder), name);
  }

  async #lookAtAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const kept = await this.#lookAt(next.task, next.open, next.claims);
      this.#tally.roomlessBytes -= roomOf(next.task, next.claims);
      if (!this.#isClosed) this.#events.goesOn(next.task, next.open, kept);
      else if (this.#isAbandoned) this.#writer.discard(next.open);
      else closeFd(next.open.fd);
    }
    this.#run = null;
    this.#events.onDone();
  }

  /** The claimed blocks that are there. */
  async #lookAt(task: FileTask, open: OpenFile, claims: FileClaims): Promise<ReadonlyMap<number, Buffer>> {
    const kept = new Map<number, Buffer>();
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    const { size } = task.version;
    for (const [block, hash] of claims.hashes) {
      const offset = block * BLOCK_BYTES;
      if (this.#isClosed) return kept;
      if (offset >= size) continue;
      const content = buffer.subarray(0, Math.min(BLOCK_BYTES, size - offset));
      if (this.#isThere(open.fd, content, placeOf(task) + offset, hash)) kept.set(block, hash);
      // Connections of the same worker have their turn between two blocks.
      await nextTurn();
    }
    if (kept.size < claims.hashes.size) this.#claimAnew(task, claims, kept);
    return kept;
  }

  #isThere(fd: number, content: Buffer, offset: number, hash: Buffer): boolean {
    const startMs = performance.now();
    try {
      return readFully(fd, content, offset) === content.length && hashBytes(content).equals(hash);
    } catch {
      // What cannot be read is fetched again; whether it can be written, writing tells.
      return false;
    } finally {
      this.#clock.since('hash', startMs);
    }
  }

  /** Something claimed was not there: only what was found is claimed from now on. */
  #claimAnew(task: FileTask, { part, version }: FileClaims, kept: ReadonlyMap<number, Buffer>): void {
    const path = claimPath([...this.#writer.folders.sourcePath(task.folder), task.sourceName]);
    this.#events.unclaimed(path);
    this.#events.claimed(toClaims({ path, part: Buffer.from(part, 'latin1'), version }, kept));
  }

  /** Removes parts of files that the source does not list any more. */
  removeLeftOver(): void {
    for (const [path, { part }] of this.#claims) {
      this.#events.unclaimed(Buffer.from(path, 'latin1'));
      if (!isPartName(part)) continue;
      try {
        removeBelow(this.#writer, path.split('/').slice(0, -1) as ByteName[], part);
      } catch {
        // Its folder is gone, or somebody put something else there: nothing of ours is left to remove.
      }
    }
    this.#claims.clear();
  }

  /** Lets go of every file, once nothing is being read; what is kept stays for another run. */
  async suspend(): Promise<void> {
    this.#isClosed = true;
    await this.#run;
  }

  /** The same, and nothing stays but in folders that are staged. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    await this.suspend();
    this.removeLeftOver();
  }
}

/** Bytes of a file that are claimed. */
function roomOf({ version }: FileTask, { hashes }: FileClaims): number {
  return Math.min(version.size, hashes.size * BLOCK_BYTES);
}

/** Removes a file in a folder below the destination, found by its names, never through a link. */
function removeBelow(writer: TreeWriter, path: BytePath, name: ByteName): void {
  let folder = Folder.reopen(writer.folders.get(0));
  try {
    for (const step of path) {
      const next = folder.openFolder(step);
      folder.close();
      folder = next;
    }
    if (folder.statName(name)?.type === 'file') folder.removeFile(name);
  } finally {
    folder.close();
  }
}
