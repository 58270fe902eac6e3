import { join } from 'node:path';
import { defineConfig } from 'electron-vite';
import { rendererConfig } from './tools/renderer-config.ts';
import { workerEntries } from './tools/worker-entries.ts';

const root = import.meta.dirname;
const source = (path: string): string => join(root, 'src', path);

/** Everything of the app is built into `out`; engine, command line and daemon also run from `src` as they are. */
export default defineConfig({
  main: {
    plugins: [workerEntries()],
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: { index: source('main/index.ts'), 'engine-process': source('main/engine-process.ts') },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // the sandbox has no packages to load at run time
      externalizeDeps: false,
      rollupOptions: {
        input: { index: source('preload/index.ts') },
        // an ES module there would need the sandbox to be off
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: rendererConfig(root),
});
