import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Free bytes where `path` is or would be; null when that cannot be told. */
export async function freeBytes(path: string): Promise<number | null> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch {
      if (dirname(at) === at) return null;
    }
  }
}
