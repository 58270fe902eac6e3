import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeeded, type Seeded } from './seeded.ts';

export interface SmallFilesOptions {
  readonly files?: number;
  readonly medianBytes?: number;
  readonly seed?: string;
}

export interface SmallFiles {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
}

/** Spread of the logarithm of the size: the mean is e^(1/2) = 1.65 times the median. */
const SIGMA = 1;
const MAX_BYTES = 4 << 20;
/** 2024-01-01. */
const FOLDER_TIME_S = 1_704_067_200;
const FILES_PER_FOLDER = 40;
const FOLDERS_PER_FOLDER = 25;

/** Standard normal by Box and Muller. */
function nextNormal(seeded: Seeded): number {
  const radius = Math.sqrt(-2 * Math.log(1 - seeded.nextFloat()));
  return radius * Math.cos(2 * Math.PI * seeded.nextFloat());
}

/** Writes many small files of lognormal sizes into nested folders under `root`, which is made. */
export function createSmallFiles(root: string, options: SmallFilesOptions = {}): SmallFiles {
  const { files = 50_000, medianBytes = 3000, seed = 'small-files' } = options;
  const seeded = createSeeded(seed);
  const content = Buffer.alloc(MAX_BYTES * 2);
  seeded.fill(content);
  mkdirSync(root, { recursive: true });

  const folders = new Set<string>();
  let bytes = 0;
  for (let index = 0; index < files; index++) {
    const leaf = Math.floor(index / FILES_PER_FOLDER);
    const top = `group-${Math.floor(leaf / FOLDERS_PER_FOLDER)}`;
    const folder = join(top, `folder-${leaf % FOLDERS_PER_FOLDER}`);
    if (!folders.has(folder)) {
      mkdirSync(join(root, folder), { recursive: true });
      folders.add(top).add(folder);
    }
    const size = Math.min(MAX_BYTES, Math.round(medianBytes * Math.exp(SIGMA * nextNormal(seeded))));
    const start = seeded.nextInt(MAX_BYTES);
    // The index in front makes every file's content its own.
    if (size >= 4) content.writeUInt32BE(index, start);
    writeFileSync(join(root, folder, `file-${index}.bin`), content.subarray(start, start + size));
    bytes += size;
  }
  // rsync keeps folder times to the second only, and it is one of those who copy this tree.
  for (const folder of ['', ...folders]) utimesSync(join(root, folder), FOLDER_TIME_S, FOLDER_TIME_S);
  return { files, folders: folders.size, bytes };
}
