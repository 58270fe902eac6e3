import { defineConfig } from 'vitest/config';
import { SlowFirst } from './tools/slow-first.ts';

/** Each of these keeps more than one core busy by itself, or measures: beside anything else they would starve. */
const HEAVY = ['e2e/app/!(screens).test.ts', 'e2e/resume.test.ts', 'e2e/limited-by.test.ts'];

/** Much of their time tests wait for one another's machines: a third worker fills two cores. */
const LIGHT_WORKERS = 3;

/** These write to the disk of the machine; the rest writes to memory where `npm test` found room for it. */
const DISK = [
  'src/engine/disk/**/*.test.ts',
  'src/engine/state/**/*.test.ts',
  'e2e/real-input.test.ts',
  'e2e/two-machines.test.ts',
];

/** A folder in memory, made by the test command. */
const memoryFolder = process.env['FERRY_TEST_MEMORY'];
const inMemory = memoryFolder === undefined ? {} : { TMPDIR: memoryFolder };

export default defineConfig({
  // Not in node_modules: that is what the demo copies.
  cacheDir: '.cache/vitest',
  test: {
    pool: 'forks',
    sequence: { sequencer: SlowFirst },
    maxConcurrency: 8,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'light',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: [...HEAVY, ...DISK],
          env: inMemory,
          maxWorkers: LIGHT_WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'disk', include: DISK, maxWorkers: LIGHT_WORKERS, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'heavy',
          include: HEAVY,
          env: inMemory,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
