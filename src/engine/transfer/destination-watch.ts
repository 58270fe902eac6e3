import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { freeSpace } from '../disk/destination.ts';
import type { Folder } from '../disk/folder.ts';
import { fs } from '../disk/fs.ts';
import { findMount } from '../disk/mount-point.ts';
import type { SpaceLedger } from '../disk/space-ledger.ts';
import type { PullTally } from './pull-tally.ts';

/** Looking for the destination is cheap, but not for every block. */
const LOOK_MS = 1_000;

interface WatchParts {
  readonly job: JobId;
  readonly root: Folder;
  readonly tally: PullTally;
  readonly ledger: SpaceLedger;
  /** Where its file system was mounted when the job began; null where that could not be told. */
  readonly mountPoint: string | null;
}

/** Whether a copy's destination is still where it was, and has room for what is listed. The owner calls `leave`. */
export class DestinationWatch {
  readonly #parts: WatchParts;
  readonly #device: bigint;
  readonly #inode: bigint;
  #lookedMs = performance.now();
  #hasLeft = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    const { dev, ino } = fs.fstatSync(parts.root.fd, { bigint: true });
    this.#device = dev;
    this.#inode = ino;
  }

  /** What cannot fit is said before a byte of it moves. @throws Failure `no-space`. */
  checkSpace(): void {
    const { job, root, tally, ledger } = this.#parts;
    const { neededBytes } = tally;
    ledger.need(job, this.#device, neededBytes);
    const free = freeSpace(root.path).bytes - ledger.othersNeed(job, this.#device);
    if (neededBytes > free) throw new Failure('no-space', { reason: `${neededBytes - free} bytes short` });
  }

  /** Now and then: as `checkPlace`, and tells the others what is still to come. */
  async tick(): Promise<Failure | null> {
    const nowMs = performance.now();
    if (this.#hasLeft || nowMs - this.#lookedMs < LOOK_MS) return null;
    this.#lookedMs = nowMs;
    this.#parts.ledger.need(this.#parts.job, this.#device, this.#parts.tally.neededBytes);
    return await this.checkPlace();
  }

  /**
   * The descriptors of a file system that was unmounted lead on into it. What is written then is on a disk that
   * nobody sees, so its place is looked at too.
   */
  async checkPlace(): Promise<Failure | null> {
    const { root, mountPoint } = this.#parts;
    if (mountPoint === null) return null;
    try {
      const { dev, ino } = await fs.promises.stat(root.path, { bigint: true });
      if (dev === this.#device && ino === this.#inode) return null;
    } catch {
      // Moved by its owner, or gone with its disk.
    }
    if ((await findMount(root.path))?.point === mountPoint) return null;
    return new Failure('destination-gone', { subject: Buffer.from(mountPoint, 'latin1').toString('utf8') });
  }

  leave(): void {
    this.#hasLeft = true;
    this.#parts.ledger.leave(this.#parts.job);
  }
}
