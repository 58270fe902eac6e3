import { defineConfig } from 'vitest/config';

/** Each of these keeps more than one core busy by itself: beside anything else they would starve. */
const HEAVY = ['e2e/app/**/*.test.ts', 'e2e/resume.test.ts'];

export default defineConfig({
  // Not in node_modules: that is what the demo copies.
  cacheDir: '.cache/vitest',
  test: {
    pool: 'forks',
    maxConcurrency: 8,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'light',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: HEAVY,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'heavy', include: HEAVY, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
