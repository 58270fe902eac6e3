import { join } from 'node:path';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import { FEW_FILES, FEW_FOLDER } from '../rivals/ferry.ts';
import type { Scenario } from '../scenario.ts';

const FILES = 1_000_000;
/** A file takes whole pages of 4 KiB in a tmpfs. */
const MEDIAN_BYTES = 1_500;

export const million: Scenario = {
  name: 'million',
  describes: 'a million files of lognormal sizes, median 1.5 kB, in a tmpfs of their own',
  create(folder, scale) {
    const source = join(folder, 'million');
    const { bytes, files } = createSmallFiles(source, {
      files: Math.ceil(FILES * scale),
      medianBytes: MEDIAN_BYTES,
    });
    createSmallFiles(join(folder, FEW_FOLDER), { files: FEW_FILES, medianBytes: MEDIAN_BYTES, seed: 'few' });
    return { source, bytes, files };
  },
  rivals: ['ferry-few', 'ferry'],
  link: 'loopback',
  memoryGib: 14,
  floors: {},
  perFile: { rival: 'ferry, 10,000 files', most: 1.2 },
};
