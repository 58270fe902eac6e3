import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listProjectFiles, projectFolder } from './project-files.ts';
import { rendererConfig } from './renderer-config.ts';
import { removeTree } from './trees/remove-tree.ts';

/**
 * `npm run build`: everything of the app that does not run as it is, into `out/`. With `--renderer` only the page,
 * and only when its sources have changed; `ferry serve --web` does that in a checkout.
 */

/** Where the built page is; both the desktop app and `serve --web` take it from there. */
const rendererOutput = join(projectFolder, 'out/renderer');

/** What the page is made of. */
const PAGE_SOURCES = /^(src\/(renderer|bridge|shared)\/|package-lock\.json$|tools\/renderer-config\.ts$)/;
const NOT_IN_PAGE = /\.test\.tsx?$|\/testing\//;

/** Beside the page in its folder; not of a type that is served. */
const STAMP = '.sources';

function hashSources(): string {
  const hash = createHash('sha256');
  const files = listProjectFiles().filter((path) => PAGE_SOURCES.test(path) && !NOT_IN_PAGE.test(path));
  for (const path of files.sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(projectFolder, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function isBuiltFrom(hash: string): boolean {
  const stamp = join(rendererOutput, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** Puts a finished build in its place at once: who serves the page never sees half of one. */
function replaceOutput(built: string, hash: string): void {
  writeFileSync(join(built, STAMP), hash);
  const old = `${rendererOutput}.old-${process.pid}`;
  try {
    if (existsSync(rendererOutput)) renameSync(rendererOutput, old);
    renameSync(built, rendererOutput);
  } catch (error) {
    // another build of the same sources came first
    if (!isBuiltFrom(hash)) throw error;
  } finally {
    removeTree(built);
    removeTree(old);
  }
}

/** Builds the page when its sources have changed since, and says so in one line. Throws what the bundler says. */
export async function buildRenderer(say: (line: string) => void = console.log): Promise<void> {
  const hash = hashSources();
  if (isBuiltFrom(hash)) return;
  const startMs = performance.now();
  // loaded only when there is something to do: the check alone must be quick
  const { build, mergeConfig } = await import('vite');
  const output = `${rendererOutput}.new-${process.pid}`;
  const own = { configFile: false as const, logLevel: 'warn' as const, build: { outDir: output } };
  // A test may ask for the build, and a page built for tests is another page: libraries measure nothing there.
  const { NODE_ENV: before } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await build(mergeConfig(rendererConfig(projectFolder), own));
    replaceOutput(output, hash);
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
    removeTree(output);
  }
  say(`Built the page from its sources (${((performance.now() - startMs) / 1000).toFixed(1)} s).`);
}

/** Builds the desktop app: main, preload and page. Throws what the bundler says. */
export async function buildApp(say: (line: string) => void = console.log): Promise<void> {
  const startMs = performance.now();
  const { build } = await import('electron-vite');
  await build({ root: projectFolder, logLevel: 'warn' });
  writeFileSync(join(rendererOutput, STAMP), hashSources());
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  say(`Built the app into ${dirname(rendererOutput)} (${seconds} s).`);
}

if (import.meta.main) {
  try {
    await (process.argv.includes('--renderer') ? buildRenderer() : buildApp());
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
