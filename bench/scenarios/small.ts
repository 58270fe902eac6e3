import { join } from 'node:path';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import type { Scenario } from '../scenario.ts';

export const small: Scenario = {
  name: 'small',
  describes: '50,000 files of lognormal sizes, median 3 kB, in nested folders',
  create(folder) {
    const source = join(folder, 'small');
    const { bytes, files } = createSmallFiles(source);
    return { source, bytes, files };
  },
  floors: { 'rsync daemon': 1, 'rsync over ssh': 1.8 },
};
