import { defineConfig } from 'vitest/config';
import { SecondTries } from './tools/second-tries.ts';
import { SlowFirst } from './tools/slow-first.ts';

/** Each of these keeps more than one core busy by itself, or measures: beside anything else they would starve. */
const HEAVY = ['e2e/app/!(screens).test.ts', 'e2e/resume.test.ts', 'e2e/limited-by.test.ts'];

/** Much of their time tests wait for one another's machines: a third worker fills two cores. */
const LIGHT_WORKERS = 3;

/** These write to the disk of the machine; the rest writes to memory where `npm test` found room for it. */
const DISK = ['src/engine/disk/**/*.test.ts', 'src/engine/state/**/*.test.ts'];
const E2E_DISK = ['e2e/real-input.test.ts', 'e2e/two-machines.test.ts'];

/**
 * Real devices, browsers and networks on a machine that others use too: a test of theirs that fails is tried once
 * more, and `npm test` names at its end every one that needed that. Tests beside the code have one try.
 */
const E2E_TRIES = { retry: 1 };

/** A folder in memory, made by the test command. */
const memoryFolder = process.env['FERRY_TEST_MEMORY'];
const inMemory = memoryFolder === undefined ? {} : { TMPDIR: memoryFolder };

/** Where `npm test` reads what became of each test. */
const report = process.env['FERRY_TEST_REPORT'];
const jsonReport: ['json', { outputFile: string }][] =
  report === undefined ? [] : [['json', { outputFile: report }]];

export default defineConfig({
  // Not in node_modules: that is what the demo copies.
  cacheDir: '.cache/vitest',
  test: {
    pool: 'forks',
    reporters: ['default', new SecondTries(), ...jsonReport],
    sequence: { sequencer: SlowFirst },
    maxConcurrency: 8,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    setupFiles: ['tools/patient-waits.ts'],
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'light',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: DISK,
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
          ...E2E_TRIES,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...HEAVY, ...E2E_DISK],
          env: inMemory,
          maxWorkers: LIGHT_WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...E2E_TRIES,
          name: 'e2e disk',
          include: E2E_DISK,
          maxWorkers: LIGHT_WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...E2E_TRIES,
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
