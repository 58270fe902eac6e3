import { fs } from './fs.ts';
import { libc } from './libc.ts';

/** POSIX_FADV_DONTNEED, linux/fadvise.h. */
const DONT_NEED = 4;

/**
 * Has the system forget what it holds of a file in memory, so that reading it reads the disk. Pages that are
 * not written yet cannot be forgotten, so they are written first. Where that is not possible (another system,
 * a file system in memory), reading may still be served from memory.
 */
export async function forgetCached(fd: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // A descriptor for reading can be synced too; where it cannot, nothing of ours was waiting to be written.
  fs.fdatasync(fd, () => resolve());
  await promise;
  libc?.fadvise(fd, DONT_NEED);
}
