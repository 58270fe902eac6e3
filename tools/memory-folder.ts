import { chmodSync, existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

/** Where Linux keeps a file system in memory for everybody. */
const SHARED_MEMORY = '/dev/shm';
/** Free there and in memory altogether: several times what all tests together write at one time. */
const NEEDED_BYTES = 6 * 1024 ** 3;

/**
 * A new folder in memory for tests that write much and are not about a disk: they take a third of the time there.
 * Null where memory is scarce or has no such place. The caller removes it.
 */
export function makeMemoryFolder(): string | null {
  if (!existsSync(SHARED_MEMORY)) return null;
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  if (Math.min(bavail * bsize, freemem()) < NEEDED_BYTES) return null;
  const folder = mkdtempSync(join(SHARED_MEMORY, 'ferry-test-'));
  // As any folder for temporary files: some tests look at theirs as another user.
  chmodSync(folder, 0o1777);
  return folder;
}
