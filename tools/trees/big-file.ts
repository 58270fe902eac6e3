import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSeeded } from './seeded.ts';

const CHUNK_BYTES = 4 << 20;

/** Writes `bytes` of seeded random content to `path`; folders above it are made. */
export function createBigFile(path: string, bytes: number, seed = 'big-file'): void {
  mkdirSync(dirname(path), { recursive: true });
  const seeded = createSeeded(seed);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const file = openSync(path, 'wx');
  try {
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
      seeded.fill(chunk);
      let at = 0;
      const end = Math.min(left, CHUNK_BYTES);
      while (at < end) at += writeSync(file, chunk, at, end - at);
    }
  } finally {
    closeSync(file);
  }
}
