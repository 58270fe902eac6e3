import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Not in node_modules: that is what the demo copies.
  cacheDir: '.cache/vitest',
  test: {
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts', 'e2e/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 8,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
