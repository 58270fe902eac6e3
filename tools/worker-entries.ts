import { dirname, posix, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

const WORKER_ADDRESS = /new URL\('(\.{1,2}\/[\w./-]+\.ts)', import\.meta\.url\)/g;
const PLACEHOLDER = /__WORKER_ENTRY__([\w$]+?)__/g;

/**
 * Worker threads are started by `new Worker(new URL('./x.ts', import.meta.url))`, which runs as it is from source. In
 * a build this makes an entry of each such file and points the address at it.
 */
export function workerEntries(): Plugin {
  return {
    name: 'worker-entries',
    apply: 'build',
    // before types are stripped: then the text is as it was written
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('new Worker(') || !id.endsWith('.ts')) return null;
      const changed = code.replaceAll(WORKER_ADDRESS, (_whole, file: string) => {
        const entry = this.emitFile({ type: 'chunk', id: resolve(dirname(id), file) });
        return `new URL('__WORKER_ENTRY__${entry}__', import.meta.url)`;
      });
      return changed === code ? null : { code: changed, map: null };
    },
    renderChunk(code, chunk) {
      if (!code.includes('__WORKER_ENTRY__')) return null;
      const changed = code.replaceAll(PLACEHOLDER, (_whole, entry: string) => {
        const path = relative(dirname(chunk.fileName), this.getFileName(entry)).replaceAll('\\', '/');
        return path.startsWith('.') ? path : `./${posix.normalize(path)}`;
      });
      return { code: changed, map: null };
    },
  };
}
