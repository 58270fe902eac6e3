import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Failure } from '../../shared/failure.ts';

export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
}

/** Exact request path to file; what is not in it is not served. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/** A page is some dozens of files; more means that the wrong folder was named. */
const MAX_FILES = 1_000;
const MAX_BYTES = 64 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** The bundler puts what it names by hash here, and nothing else. */
const HASHED_FOLDER = '/assets/';

/**
 * Reads the built page below `root` into memory: the list of what is served is made once, so no request ever
 * names a path of the disk. Files of other types are left out. Throws Failure `usage` where there is no page.
 */
export async function loadStaticFiles(root: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  let bytes = 0;
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new Failure(
      'usage',
      { reason: 'the page is not built; run `npm run build`', subject: root },
      error,
    );
  });
  for (const entry of entries) {
    const type = TYPES[extname(entry.name).toLowerCase()];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    bytes += body.length;
    if (files.size >= MAX_FILES || bytes > MAX_BYTES) {
      throw new Failure('usage', { reason: 'too much for a page', subject: root });
    }
    const url = path.slice(root.length).split(sep).join('/').replace(/^\/*/, '/');
    files.set(url, { body, type, immutable: url.startsWith(HASHED_FOLDER) });
  }
  const index = files.get('/index.html');
  if (index === undefined) {
    throw new Failure('usage', { reason: 'the page is not built; run `npm run build`', subject: root });
  }
  return files.set('/', index);
}
