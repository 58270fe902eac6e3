import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerDownload, type FindJob } from './answer-download.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { cookieName, readCookie, type WebSessions } from './sessions.ts';
import type { StaticFiles } from './static-files.ts';
import { isOwnHost, isSameOrigin } from './web-address.ts';

/** A token and its JSON are some sixty bytes. */
const MAX_BODY_BYTES = 1024;

export interface WebParts {
  readonly files: StaticFiles;
  readonly sessions: WebSessions;
  readonly deviceId: string;
  readonly findJob: FindJob;
}

/** The `Host` of a request when it has exactly one and it names this machine, else null. */
export function ownHostOf(request: IncomingMessage): string | null {
  const hosts = request.headersDistinct['host'] ?? [];
  return hosts.length === 1 && isOwnHost(hosts[0]) ? hosts[0] : null;
}

/** Whether a request comes from a page of ours with a session of this process. */
export function hasSession(
  parts: Pick<WebParts, 'sessions' | 'deviceId'>,
  request: IncomingMessage,
): boolean {
  const secret = readCookie(request.headers.cookie, cookieName(parts.deviceId));
  return secret !== null && parts.sessions.has(secret);
}

/** Whether the browser says that a page of ours made the request. Absent is no. */
export function isFromOwnPage(request: IncomingMessage, host: string): boolean {
  const origins = request.headersDistinct['origin'] ?? [];
  return origins.length === 1 && isSameOrigin(origins[0], host);
}

/** Answers every plain request. What is refused gets a number and nothing else. */
export async function answerRequest(
  parts: WebParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (value) response.setHeader(name, value);
  const host = ownHostOf(request);
  if (host === null) return end(response, 421);
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (path === '/session') return await answerSession(parts, request, response, host);
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
  if (path !== '/download') return sendFile(parts.files, request, response, path);
  if (!hasSession(parts, request)) return end(response, 401);
  // the page itself, or a person who pasted the address: no other site, not even a link on it
  const site = request.headers['sec-fetch-site'];
  if (site !== 'same-origin' && site !== 'none') return end(response, 403);
  if (request.method !== 'GET') return end(response, 405);
  return await answerDownload(parts.findJob, query, response);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Cache-Control': 'no-store', 'Content-Length': 0 }).end();
}

function sendFile(
  files: StaticFiles,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const file = files.get(path);
  if (file === undefined) return end(response, 404);
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': file.body.length,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

/** GET asks whether the browser has a session (204 or 401); POST exchanges a token for one. */
async function answerSession(
  parts: WebParts,
  request: IncomingMessage,
  response: ServerResponse,
  host: string,
): Promise<void> {
  if (request.method === 'GET') return end(response, hasSession(parts, request) ? 204 : 401);
  if (request.method !== 'POST') return end(response, 405);
  if (!isFromOwnPage(request, host)) return end(response, 403);
  // a form of another site cannot say this
  if (request.headers['content-type'] !== 'application/json') return end(response, 415);
  const body = await readBody(request);
  if (body === null) {
    response.setHeader('Connection', 'close');
    return end(response, 413);
  }
  const token = readToken(body);
  if (token === null) return end(response, 400);
  const outcome = parts.sessions.exchange(token);
  if (outcome.kind === 'too-many') return end(response, 429);
  if (outcome.kind === 'wrong') return end(response, 401);
  const name = cookieName(parts.deviceId);
  response.setHeader('Set-Cookie', `${name}=${outcome.secret}; HttpOnly; SameSite=Strict; Path=/`);
  end(response, 204);
}

/** The whole body; null when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function readToken(body: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value !== 'object' || value === null || !('token' in value)) return null;
    return typeof value.token === 'string' ? value.token : null;
  } catch {
    return null;
  }
}
