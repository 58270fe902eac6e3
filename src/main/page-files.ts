import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isOwnAddress } from './app-address.ts';
import { PAGE_HEADERS } from './page-policy.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** What a name in the build may be made of; a segment that starts with a dot is none. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** File below the built page that `address` names, as path segments; null when it is none we would serve. */
export function pageFileSegments(address: string): readonly string[] | null {
  const url = URL.parse(address);
  if (url === null || !isOwnAddress(address)) return null;
  const segments = url.pathname === '/' ? ['index.html'] : url.pathname.slice(1).split('/');
  return segments.every((segment) => SEGMENT.test(segment)) ? segments : null;
}

/** Answers one request for a file of the page built into `folder`. Never throws: what is not there is a 404. */
export async function servePageFile(request: Request, folder: string): Promise<Response> {
  const segments = request.method === 'GET' ? pageFileSegments(request.url) : null;
  const type = segments === null ? undefined : TYPES[extname(segments.at(-1) ?? '')];
  if (segments === null || type === undefined)
    return new Response(null, { status: 404, headers: PAGE_HEADERS });
  try {
    const content = await readFile(join(folder, ...segments));
    return new Response(content, { headers: { ...PAGE_HEADERS, 'Content-Type': type } });
  } catch {
    return new Response(null, { status: 404, headers: PAGE_HEADERS });
  }
}
