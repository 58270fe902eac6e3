import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { workerEntries } from './worker-entries.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ferry-worker-entries-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'thread.ts'),
    "import { parentPort } from 'node:worker_threads';\nconst text: string = 'from the thread';\nparentPort?.postMessage(text);\n",
  );
  writeFileSync(
    join(folder, 'start.ts'),
    "import { Worker } from 'node:worker_threads';\nexport function start(): Worker {\n  return new Worker(new URL('./thread.ts', import.meta.url));\n}\n",
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a built program starts its built thread', async () => {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [workerEntries()],
    build: {
      ssr: true,
      outDir: 'out',
      rollupOptions: { input: join(folder, 'start.ts'), output: { chunkFileNames: 'parts/[name].js' } },
    },
  });
  expect(readFileSync(join(folder, 'out', 'start.js'), 'utf8')).not.toContain('thread.ts');
  const built: unknown = await import(pathToFileURL(join(folder, 'out', 'start.js')).href);
  const { start } = z.object({ start: z.instanceof(Function) }).parse(built);
  const worker = start() as import('node:worker_threads').Worker;
  expect(await new Promise((resolve) => worker.once('message', resolve))).toBe('from the thread');
  await worker.terminate();
});
