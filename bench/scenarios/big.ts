import { join } from 'node:path';
import { createBigFile } from '../../tools/trees/big-file.ts';
import type { BenchData, Scenario } from '../scenario.ts';

const BYTES = 1024 ** 3;

/** One file of random bytes. */
export function createBig(folder: string, scale: number): BenchData {
  const source = join(folder, 'big.bin');
  const bytes = Math.round(BYTES * scale);
  createBigFile(source, bytes);
  return { source, bytes, files: 1 };
}

export const big: Scenario = {
  name: 'big',
  describes: 'one file of 1 GiB of random bytes',
  create: createBig,
  rivals: ['rsync-daemon', 'rsync-ssh', 'scp', 'cp', 'tar', 'ferry', 'ferry-cold'],
  link: 'loopback',
  memoryGib: 6,
  floors: { 'rsync daemon': 1.7, 'rsync over ssh': 5, scp: 5 },
};
