import { join } from 'node:path';
import { build, mergeConfig, preview } from 'vite';
import { projectFolder } from '../../tools/project-files.ts';
import { rendererConfig } from '../../tools/renderer-config.ts';

/**
 * Serves the scenes as they would be in the built app: hundreds of loads go many times quicker than from source,
 * and nothing of a development build is in the way. The caller closes it.
 */
export async function serveBuiltScenes(
  folder: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const input = join(projectFolder, 'src/renderer/testing/scene.html');
  const own = {
    configFile: false as const,
    logLevel: 'error' as const,
    build: { outDir: folder, emptyOutDir: true, minify: false, rollupOptions: { input }, target: 'esnext' },
    preview: { host: '127.0.0.1', port: 0 },
  };
  const { NODE_ENV: before } = process.env;
  // Libraries measure nothing in a page that is built for tests.
  process.env['NODE_ENV'] = 'production';
  try {
    await build(mergeConfig({ ...rendererConfig(projectFolder), build: {} }, own));
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
  const server = await preview({ ...own, root: join(projectFolder, 'src/renderer') });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('the scenes have no address');
  return { url: `${url}testing/scene.html`, close: () => server.close() };
}
