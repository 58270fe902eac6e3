import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import type { HostHooks } from '../../../bridge/host.ts';
import { FakeEngine } from '../../../bridge/testing/fake-engine.ts';
import { fakeDevice } from '../../../bridge/testing/fake-values.ts';
import { Failure } from '../../../shared/failure.ts';
import { startWebHost, type WebHost } from '../web-host.ts';

/** A page of a few files, in a folder with something beside it that must never be served. */
export async function makePage(folder: string): Promise<string> {
  const root = join(folder, 'page');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.js'), 'secret');
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Ferry</title>');
  await writeFile(join(root, 'assets/index-Ab12.js'), 'export {};');
  await writeFile(join(root, 'assets/index-Ab12.js.map'), '{}');
  await writeFile(join(root, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return root;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A device of a fake engine with a page, as a browser on the same machine meets it. */
export class ServedPage {
  readonly folder: string;
  readonly engine: FakeEngine;
  readonly web: WebHost;
  readonly port: number;
  readonly #firstToken: string;

  private constructor(folder: string, engine: FakeEngine, web: WebHost, link: string) {
    this.folder = folder;
    this.engine = engine;
    this.web = web;
    this.port = Number(new URL(link).port);
    this.#firstToken = tokenOf(link);
  }

  static async open(
    id = fakeDevice().id,
    hooksFor: (closed: Promise<unknown>) => HostHooks = () => ({}),
  ): Promise<ServedPage> {
    const folder = await mkdtemp(join(tmpdir(), 'ferry-web-'));
    const engine = new FakeEngine();
    engine.device = fakeDevice({ id });
    const attachPage = (): never => {
      throw new Failure('no-right');
    };
    const web = await startWebHost({
      engine: Object.assign(engine, { attachPage }),
      address: { host: '127.0.0.1', port: 0 },
      pageRoot: await makePage(folder),
      hooksFor,
      log: () => undefined,
    });
    return new ServedPage(folder, engine, web, await web.createLink());
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async freshToken(): Promise<string> {
    return tokenOf(await this.web.createLink());
  }

  async ask({ method = 'GET', path = '/', headers = {}, body }: Ask = {}): Promise<Answer> {
    return await new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port: this.port, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** POST /session as the page does it. */
  async exchange(token: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return await this.ask({
      method: 'POST',
      path: '/session',
      headers: { origin: this.origin, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ token }),
    });
  }

  /** The cookie of a new session, `name=value`. */
  async signIn(token = this.#firstToken): Promise<string> {
    const { status, headers } = await this.exchange(token);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    if (status !== 204) throw new Error(`no session: ${status}`);
    return cookie.split(';', 1)[0] ?? '';
  }

  /** A WebSocket as a browser opens it; `headers` says otherwise. */
  openSocket(path: string, headers: Readonly<Record<string, string>>): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${this.port}${path}`, {
      headers: { origin: this.origin, ...headers },
    });
  }

  async close(): Promise<void> {
    await this.web.close();
    await rm(this.folder, { recursive: true });
  }
}

export function tokenOf(link: string): string {
  return new URL(link).hash.replace(/^#t=/, '');
}
