import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compareTrees } from '../tools/compare-trees.ts';

/** A small tree: two files in it, one of `bytes`, and an empty folder. Returns its path. */
export async function createSample(path: string, bytes = 100_000): Promise<string> {
  await mkdir(join(path, 'empty'), { recursive: true });
  await writeFile(join(path, 'small.txt'), `content of ${path}\n`);
  await writeFile(join(path, 'large.bin'), Buffer.alloc(bytes, path));
  return path;
}

/** Fails, with the differences, unless both are the same for rsync. */
export async function expectSame(source: string, destination: string): Promise<void> {
  expect((await compareTrees(source, destination)).differences).toEqual([]);
}
