import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { projectFolder } from './project-files.ts';

/** Serves the scenes of src/renderer/testing from source. The caller closes it. */
export async function serveScenes(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await createServer({
    configFile: false,
    root: join(projectFolder, 'src/renderer'),
    cacheDir: join(projectFolder, '.cache/vite-scenes'),
    plugins: [react(), tailwindcss()],
    logLevel: 'error',
    clearScreen: false,
    server: {
      host: '127.0.0.1',
      port: 0,
      hmr: false,
      watch: null,
      // A second working tree may share the packages of the first.
      fs: { allow: [projectFolder, realpathSync(join(projectFolder, 'node_modules'))] },
    },
    optimizeDeps: { entries: ['testing/scene.html', 'index.html'] },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || typeof address !== 'object') throw new Error('the scene server has no port');
  return {
    url: `http://127.0.0.1:${address?.port}/testing/scene.html`,
    close: () => server.close(),
  };
}
