import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isJobId } from '../../shared/ids.ts';
import { type Download, openDownload } from './download-content.ts';
import { DOWNLOAD_POLICY } from './security-headers.ts';
import type { DownloadableJob } from './web-messages.ts';

/** Asks the engine for a finished, received job. */
export type FindJob = (job: string) => Promise<DownloadableJob | null>;

/** More at once than a browser does by itself. */
const MAX_AT_ONCE = 16;

/** A job shows at most ten names; this leaves room. */
const ITEM = /^\d{1,4}$/;

let underWay = 0;

/** `filename` for old programs, `filename*` (RFC 5987) with the name as it is. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^ -~]|["\\%]/g, '_');
  // encodeURIComponent throws on halves of surrogate pairs, and leaves some that RFC 5987 does not allow
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Streams one item of a job, asked for by `job=ID&item=N`. A failure on the way cuts the connection. */
export async function answerDownload(
  findJob: FindJob,
  query: string,
  response: ServerResponse,
): Promise<void> {
  const fields = new URLSearchParams(query);
  const job = fields.get('job') ?? '';
  const item = fields.get('item') ?? '';
  if (!isJobId(job) || !ITEM.test(item)) return refuse(response, 400);
  if (underWay >= MAX_AT_ONCE) return refuse(response, 503);
  underWay += 1;
  try {
    const found = await findJob(job);
    const download = found === null ? null : await openDownload(found, Number(item)).catch(() => null);
    if (download === null) return refuse(response, 404);
    await send(download, response);
  } finally {
    underWay -= 1;
  }
}

async function send({ name, bytes, content }: Download, response: ServerResponse): Promise<void> {
  response.writeHead(200, {
    'Content-Security-Policy': DOWNLOAD_POLICY,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': contentDisposition(name),
    'Cache-Control': 'no-store',
    ...(bytes === null ? {} : { 'Content-Length': bytes }),
  });
  // a reader that goes away, or content that cannot be read to its end, destroys both
  await pipeline(Readable.from(content, { objectMode: false }), response).catch(() => undefined);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Cache-Control': 'no-store', 'Content-Length': 0 }).end();
}
