import { join } from 'node:path';
import { createBigFile } from '../../tools/trees/big-file.ts';
import type { Scenario } from '../scenario.ts';

const BYTES = 1024 ** 3;

export const big: Scenario = {
  name: 'big',
  describes: 'one file of 1 GiB of random bytes',
  create(folder) {
    const source = join(folder, 'big.bin');
    createBigFile(source, BYTES);
    return { source, bytes: BYTES, files: 1 };
  },
  floors: { 'rsync daemon': 1.2, 'rsync over ssh': 4 },
};
