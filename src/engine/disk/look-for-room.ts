import { randomBytes } from 'node:crypto';
import { Failure, type FailureData, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { fs } from './fs.ts';
import { findMount } from './mount-point.ts';
import { partPrefix } from './part-names.ts';
import type { SpaceLedger } from './space-ledger.ts';

/** Written and synced to see whether that can be done; a quota is found out in no other way. */
const PROBE_BYTES = 64 * 1024;

/** What a job needs of its destination. */
export interface WantedRoom {
  readonly job: JobId;
  /** Exact bytes, absolute. */
  readonly into: Uint8Array;
  /** Where its file system was mounted; null: not known. */
  readonly mountPoint: string | null;
  readonly neededBytes: number;
  readonly neededNames: number;
}

/** How a destination is. */
export interface FoundRoom {
  /** Null: it can go on. */
  readonly why: FailureData | null;
  /** For this job, others' shares taken off; null where that cannot be told. */
  readonly freeBytes: number | null;
}

/**
 * Whether a destination is there, has room and takes what is written: a file is written beside what the job has
 * there, synced and removed again. Never rejects.
 */
export async function lookForRoom(wanted: WantedRoom, ledger: SpaceLedger): Promise<FoundRoom> {
  const { into, mountPoint, job, neededBytes, neededNames } = wanted;
  const path = Buffer.from(into);
  let freeBytes: number | null = null;
  // File systems without a fixed table of inodes report none at all.
  let freeNames = Number.POSITIVE_INFINITY;
  try {
    const mount = await findMount(path);
    if (mountPoint !== null && mount?.point !== mountPoint) {
      const subject = Buffer.from(mountPoint, 'latin1').toString('utf8');
      throw new Failure('destination-gone', { subject });
    }
    await fs.promises.mkdir(path, { recursive: true });
    const [room, { dev }] = await Promise.all([
      fs.promises.statfs(path),
      fs.promises.stat(path, { bigint: true }),
    ]);
    freeBytes = Math.max(0, room.bavail * room.bsize - ledger.othersNeed(job, dev));
    if (freeBytes < neededBytes) throw new Failure('no-space');
    if (room.files > 0) freeNames = room.ffree;
    if (freeNames < neededNames) throw new Failure('no-inodes');
    await probe(path, job, Math.min(PROBE_BYTES, Math.max(1, neededBytes)));
    return { why: null, freeBytes };
  } catch (error) {
    const why = toFailure(error).toData();
    // ENOSPC also means that there is no name left to give.
    return {
      why: why.code === 'no-space' && freeNames === 0 ? { ...why, code: 'no-inodes' } : why,
      freeBytes,
    };
  }
}

/** @throws system errors. */
async function probe(folder: Buffer, job: JobId, bytes: number): Promise<void> {
  const name = `${partPrefix(job)}${randomBytes(6).toString('hex')}.part`;
  const path = Buffer.concat([folder, Buffer.from(`/${name}`)]);
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = fs.constants;
  const file = await fs.promises.open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(randomBytes(bytes));
    await file.sync();
  } finally {
    await file.close().catch(() => undefined);
    await fs.promises.rm(path, { force: true });
  }
}
