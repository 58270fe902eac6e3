import { join } from 'node:path';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import type { Scenario } from '../scenario.ts';
import { createBig } from './big.ts';

const FILES = 50_000;
/** The mean is 1.65 times the median. */
const MEDIAN_BYTES = 6_000;
const RIVALS = ['iperf3', 'rsync-daemon', 'ferry'];

export const gigabitBig: Scenario = {
  name: 'gigabit-big',
  describes: 'one file of 1 GiB over 1 Gbit/s (network namespaces, tc-tbf)',
  create: createBig,
  rivals: RIVALS,
  link: '1gbit',
  memoryGib: 6,
  floors: { iperf3: 0.97 },
};

export const gigabitSmall: Scenario = {
  name: 'gigabit-small',
  describes: '50,000 files of 10 kB on average over 1 Gbit/s (network namespaces, tc-tbf)',
  create(folder, scale) {
    const source = join(folder, 'small');
    const { bytes, files } = createSmallFiles(source, {
      files: Math.ceil(FILES * scale),
      medianBytes: MEDIAN_BYTES,
    });
    return { source, bytes, files };
  },
  rivals: RIVALS,
  link: '1gbit',
  memoryGib: 6,
  floors: { iperf3: 0.9 },
};
