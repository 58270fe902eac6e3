import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { DurableBatch, SYNC_FILE_SYSTEM_FROM } from './durable.ts';
import { closeFd, Folder, setFdMode, setFdTimes, writeFully } from './folder.ts';
import { FolderTable } from './folder-table.ts';
import { linkOrCopy } from './hard-link.ts';
import { openKeptFile, takeKeptFolder } from './kept.ts';
import type { OpenFile } from './open-file.ts';
import { partName, stagingName } from './part-names.ts';
import { type PublishPlan, publish } from './publish.ts';
import { Replaced } from './replaced.ts';
import { hasMetadata, isSameTime, type Stat } from './stat.ts';

/** Mode and times to give. */
export interface Metadata {
  readonly mode: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
}

/** Where a file goes and how it gets its name. */
export interface Target {
  /** Number of the folder. */
  readonly folder: number;
  readonly name: ByteName;
  readonly plan: PublishPlan;
}

interface Waiting extends Target {
  readonly part: ByteName;
}

export type LateName = { readonly folder: number; readonly planned: ByteName; readonly name: ByteName };

/** Files that wait for one sync before they get their names; bounds what a crash can leave behind. */
const MAX_WAITING = 1_000;

/**
 * Writes one job's tree. A new top-level folder grows hidden (0700) beside its place and appears by one
 * rename in `finish`; in folders that were there before, each file is written under a part name, synced
 * and published. Nothing is ever written through a link. Synchronous but for syncs: it lives in a data
 * worker. The owner calls `finish` or `abandon`, then `close`.
 */
export class TreeWriter {
  readonly folders: FolderTable;
  readonly #job: JobId;
  readonly #root: Folder;
  readonly #batch: DurableBatch;
  readonly #umask = process.umask();
  /** Folders in which everything is new and hidden: names are final at once. */
  readonly #staged = new Set<number>();
  readonly #stagedTops: { number: number; target: ByteName }[] = [];
  readonly #metadata: { number: number; metadata: Metadata; isRight: boolean }[] = [];
  readonly #touched = new Set<number>();
  /** Written, without a name yet; the ones being synced come first. */
  readonly #waiting: Waiting[] = [];
  #isClosed = false;
  readonly #onLateName: (late: LateName) => void;
  readonly #isResumed: boolean;
  readonly replaced: Replaced;

  /** Whether a sync has failed: nothing of this run may be believed that has no name yet. */
  isDistrusted = false;

  /**
   * @param isResumed whether an earlier run of the job may have left something that is taken up.
   * @param isCautious whether each file is synced by itself, so that it is known which is bad.
   */
  constructor(
    root: Folder,
    job: JobId,
    onLateName: (late: LateName) => void,
    isResumed = false,
    isCautious = false,
  ) {
    this.#isResumed = isResumed;
    this.#root = root;
    this.folders = new FolderTable(root);
    this.replaced = new Replaced(root);
    this.#job = job;
    this.#batch = new DurableBatch(root, isCautious);
    this.#onLateName = onLateName;
  }

  /** The folder it writes into. */
  get path(): Buffer {
    return this.#root.path;
  }

  /** Part names of the folders that are being staged, in the destination folder. */
  stagedParts(): ByteName[] {
    return this.#stagedTops.map(({ number }) => this.folders.entry(number).name);
  }

  isStaged(folder: number): boolean {
    return this.#staged.has(folder);
  }

  /**
   * Creates a folder of the table: staged when it is at the top or inside a staged one. What an earlier run
   * of the job has staged is taken up again.
   * @param name its name here; the table's entry gets the part name while it is staged.
   * @returns whether it was there.
   */
  createFolder(number: number, name: ByteName, to: Metadata): boolean {
    const entry = this.folders.entry(number);
    const isTop = entry.parent === 0;
    const isHidden = isTop || this.#staged.has(entry.parent);
    const parent = this.folders.get(entry.parent);
    entry.finalName = name;
    entry.name = isTop ? stagingName(this.#job, entry.sourceName) : name;
    const isKept = isHidden && this.#isResumed && takeKeptFolder(parent, entry.name);
    if (!isKept) this.#makeFolder(parent, entry, isTop);
    if (isTop) this.#stagedTops.push({ number, target: name });
    if (isHidden) this.#staged.add(number);
    this.#touched.add(entry.parent);
    this.#metadata.push({ number, metadata: to, isRight: false });
    return isKept;
  }

  #makeFolder(parent: Folder, entry: { name: ByteName }, isTop: boolean): void {
    try {
      parent.createFolder(entry.name, 0o700);
    } catch (error) {
      if (!isTop || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      // Somebody else's thing has the name that we would find again.
      entry.name = partName(this.#job);
      parent.createFolder(entry.name, 0o700);
    }
  }

  /** A folder of the table that is there and is merged into. */
  mergeFolder(number: number, to: Metadata, seen: Stat | null = null): void {
    this.#metadata.push({ number, metadata: to, isRight: seen !== null && hasMetadata(seen, to) });
  }

  /** What is there now, links not followed. */
  stat(folder: number, name: ByteName): Stat | null {
    return this.folders.get(folder).statName(name);
  }

  /** Creates a file under its final name where it is staged, else under a part name. */
  open(target: Target): OpenFile {
    const staged = this.#staged.has(target.folder);
    const name = staged ? target.name : partName(this.#job);
    const fd = this.folders.get(target.folder).createFile(name, 0o600);
    return { target, name, fd };
  }

  /** Opens a file that an earlier run of the job began as `part`; null when it is not there as we left it. */
  openKept(target: Target, part: ByteName): OpenFile | null {
    const name = this.#staged.has(target.folder) ? target.name : part;
    const fd = openKeptFile(this.folders.get(target.folder), name);
    return fd === null ? null : { target, name, fd };
  }

  /** Writes a whole small file. */
  writeSmall(target: Target, content: Buffer, to: Metadata): void {
    const staged = this.#staged.has(target.folder);
    const name = staged ? target.name : partName(this.#job);
    const folder = this.folders.get(target.folder);
    const wanted = to.mode & 0o777;
    const mode = staged && (wanted & this.#umask) === 0 ? wanted : 0o600;
    const fd = folder.createFile(name, mode);
    try {
      if (content.length > 0) writeFully(fd, content, 0);
    } catch (error) {
      this.discard({ target, name, fd });
      throw error;
    }
    this.complete({ target, name, fd }, to, mode);
  }

  /** Gives a written file its metadata and, after the next sync, its name. Takes over the descriptor. */
  complete(file: OpenFile, to: Metadata, presentMode = 0o600): void {
    try {
      if (to.mode !== presentMode) setFdMode(file.fd, to.mode);
      setFdTimes(file.fd, to.mtimeSec, to.mtimeNs);
    } catch (error) {
      this.discard(file);
      throw error;
    }
    try {
      this.#batch.wrote(file.fd);
    } catch (error) {
      this.#removePart(file);
      throw error;
    }
    this.#touched.add(file.target.folder);
    const isNamed = this.#staged.has(file.target.folder) || file.mark !== undefined;
    if (!isNamed) this.#waiting.push({ ...file.target, part: file.name });
  }

  /** Removes an unfinished file. */
  discard(file: OpenFile): void {
    closeFd(file.fd);
    this.#removePart(file);
  }

  #removePart({ target, name, mark }: OpenFile): void {
    if (mark === undefined) this.#remove(target.folder, name);
  }

  /** Removes something of ours that has no name yet. What led here is the failure to tell, not this. */
  #remove(folder: number, part: ByteName): void {
    try {
      this.folders.get(folder).removeFile(part);
    } catch {
      // Somebody removed it or its folder: nothing is left to remove.
    }
  }

  /** Whether `publishWaiting` should be called before more is written. */
  get isPublishDue(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Whether written files have no name yet. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Syncs what waits and gives it its names.
   * @throws system errors of the sync: the whole batch failed; Failure `interrupted` when closed meanwhile.
   */
  async publishWaiting(): Promise<void> {
    const count = this.#waiting.length;
    if (count === 0) return;
    try {
      await this.#sync();
    } catch (error) {
      for (const file of this.#waiting.splice(0, count)) this.#remove(file.folder, file.part);
      throw error;
    }
    const synced = this.#waiting.slice(0, count);
    let published = 0;
    try {
      for (const file of synced) {
        this.#publish(file, file.part, 'file');
        published += 1;
      }
    } finally {
      // Those that got no name still wait, so that `abandon` finds them.
      this.#waiting.splice(0, published);
    }
  }

  /** @throws Failure `interrupted` when closed meanwhile: the descriptors may be somebody else's by now. */
  async #sync(): Promise<void> {
    try {
      await this.#batch.sync();
    } catch (error) {
      this.isDistrusted = true;
      throw this.#isClosed ? new Failure('interrupted', {}, error) : error;
    }
    if (this.#isClosed) throw new Failure('interrupted');
  }

  #publish(target: Target, part: ByteName, kind: 'file' | 'folder'): void {
    const onReplace = this.replaced.keep.bind(this.replaced);
    const folder = this.folders.get(target.folder);
    const published = publish(folder, part, target.name, kind, target.plan, onReplace);
    if (published.late) {
      this.#onLateName({ folder: target.folder, planned: target.name, name: published.name });
    }
  }

  /** A symbolic link; in a folder that was there before it is published like a file. */
  createLink(target: Target, linkTarget: string, to: Metadata): void {
    const folder = this.folders.get(target.folder);
    const staged = this.#staged.has(target.folder);
    const name = staged ? target.name : partName(this.#job);
    folder.createLink(name, linkTarget);
    this.#touched.add(target.folder);
    this.#nameNow(target, name, () => folder.setTimes(name, to.mtimeSec, to.mtimeNs));
  }

  /** Finishes a link that has been made as `part` and, where that is not its name yet, publishes it. */
  #nameNow(target: Target, part: ByteName, finish: () => void = () => undefined): void {
    try {
      finish();
      if (!this.#staged.has(target.folder)) this.#publish(target, part, 'file');
    } catch (error) {
      this.#remove(target.folder, part);
      throw error;
    }
  }

  /**
   * A further name for a file that already has its own; a copy of it where the file system cannot link.
   * Returns whether it is a link.
   */
  createHardLink(target: Target, fromFolder: number, fromName: ByteName): boolean {
    const staged = this.#staged.has(target.folder);
    const name = staged ? target.name : partName(this.#job);
    // The second `get` may close what the first returned, so the link is made through a fresh one.
    const from = Folder.reopen(this.folders.get(fromFolder));
    let isLink: boolean;
    try {
      isLink = linkOrCopy(from, fromName, this.folders.get(target.folder), name);
    } finally {
      from.close();
    }
    this.#touched.add(target.folder);
    this.#nameNow(target, name);
    return isLink;
  }

  /** Metadata of a file that was there and identical. */
  refresh(folder: number, name: ByteName, to: Metadata, seen: Stat | null = null): void {
    if (seen !== null && hasMetadata(seen, to)) return;
    const at = this.folders.get(folder);
    const now = at.statName(name);
    if (now === null) return;
    if (now.mode !== to.mode) at.setMode(name, to.mode);
    if (!isSameTime(now, to)) at.setTimes(name, to.mtimeSec, to.mtimeNs);
  }

  /**
   * Folder metadata children first, sync, top folders appear, names made durable.
   * @param onProblem told of folders whose metadata could not be kept.
   * @throws system errors: nothing may be reported done.
   */
  async finish(onProblem: (folder: number, failure: Failure) => void): Promise<void> {
    await this.publishWaiting();
    if (this.#touched.size >= SYNC_FILE_SYSTEM_FROM) this.#batch.makeWhole();
    const sync = !this.#batch.isWhole;
    for (const { number, metadata, isRight } of this.#metadata.sort((a, b) => b.number - a.number)) {
      if (isRight && !this.#touched.has(number)) continue;
      const isWritten = sync && this.#touched.has(number);
      this.#finishFolder(number, metadata, isWritten, (error) =>
        onProblem(number, new Failure('metadata-lost', { reason: toFailure(error).reason ?? '' }, error)),
      );
    }
    await this.#sync();
    for (const { number, target } of this.#stagedTops) {
      const part = this.folders.entry(number).name;
      this.#publish({ folder: 0, name: target, plan: { kind: 'new' } }, part, 'folder');
    }
    this.#stagedTops.length = 0;
    this.#root.sync();
  }

  /** What goes wrong with its metadata is told to `onProblem`; a failed sync is thrown. */
  #finishFolder(number: number, to: Metadata, sync: boolean, onProblem: (error: unknown) => void): void {
    let folder: Folder;
    try {
      folder = this.folders.get(number);
    } catch (error) {
      onProblem(error);
      return;
    }
    try {
      setFdMode(folder.fd, to.mode);
      setFdTimes(folder.fd, to.mtimeSec, to.mtimeNs);
    } catch (error) {
      onProblem(error);
    }
    if (sync) folder.sync();
  }

  /** Gives what is whole its name, as far as that can be, and leaves the rest for another run of the job. */
  async suspend(): Promise<void> {
    // What got no name is fetched again.
    if (!this.isDistrusted) await this.publishWaiting().catch(() => undefined);
    this.abandon();
  }

  /** Removes what waits for a name; staged folders stay as parts. */
  abandon(): void {
    for (const file of this.#waiting.splice(0)) this.#remove(file.folder, file.part);
    this.#batch.abandon();
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.replaced.close();
    this.#batch.abandon();
    this.folders.close();
  }
}
