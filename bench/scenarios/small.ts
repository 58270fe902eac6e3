import { join } from 'node:path';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import type { Scenario } from '../scenario.ts';

const FILES = 50_000;

export const small: Scenario = {
  name: 'small',
  describes: '50,000 files of lognormal sizes, median 3 kB, in nested folders',
  create(folder, scale) {
    const source = join(folder, 'small');
    const { bytes, files } = createSmallFiles(source, { files: Math.ceil(FILES * scale) });
    return { source, bytes, files };
  },
  rivals: ['rsync-daemon', 'rsync-ssh', 'scp', 'cp', 'tar', 'ferry', 'ferry-cold'],
  link: 'loopback',
  memoryGib: 6,
  floors: { 'rsync daemon': 1.8, 'rsync over ssh': 3, scp: 15 },
};
