import { join } from 'node:path';
import { createBigFile } from '../../tools/trees/big-file.ts';
import { PART_NAME } from '../rivals/ferry-delayed.ts';
import type { Scenario } from '../scenario.ts';
import { createBig } from './big.ts';

const PART_BYTES = 64 * 1024 ** 2;

export const delay: Scenario = {
  name: 'delay',
  describes:
    'one file of 1 GiB over 40 ms with a window of 256 KiB per connection (a proxy); by its own clock',
  create(folder, scale) {
    createBigFile(join(folder, PART_NAME), Math.round(PART_BYTES * scale), 'part');
    return createBig(folder, scale);
  },
  rivals: ['delayed-1', 'delayed-4', 'delayed-8', 'delayed-16', 'delayed-auto'],
  link: 'loopback',
  memoryGib: 6,
  floors: {
    'ferry, 1 stream': 5,
    'ferry, 4 streams': 0.9,
    'ferry, 8 streams': 0.9,
    'ferry, 16 streams': 0.9,
  },
};
