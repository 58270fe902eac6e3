import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

/**
 * How the page is built, for the whole app and alone. `project` is the folder of the project: this file cannot
 * tell, because it is also bundled into electron-vite's configuration.
 */
export function rendererConfig(project: string): UserConfig {
  const source = join(project, 'src/renderer');
  return {
    root: source,
    base: './',
    plugins: [react(), tailwindcss()],
    build: {
      outDir: join(project, 'out/renderer'),
      emptyOutDir: true,
      minify: true,
      // the page's policy lets in its own files, not data inside of them
      assetsInlineLimit: 0,
      // it comes from this machine: splitting it would gain nothing
      chunkSizeWarningLimit: 2_000,
      rollupOptions: { input: join(source, 'index.html') },
    },
  };
}
