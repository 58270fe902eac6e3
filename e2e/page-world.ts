import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startWebHost, type WebHost } from '../src/daemon/web/web-host.ts';
import type { Engine } from '../src/engine/engine-options.ts';
import { openEngine } from '../src/engine/index.ts';
import { collectDropped } from '../src/renderer/ports/page-files/collect-dropped.ts';
import type { HeldSelection } from '../src/renderer/ports/page-files/held-selection.ts';
import { PageFilesServer, pageFilesUrl } from '../src/renderer/ports/page-files/page-files-server.ts';
import type { CallInput, CallName, CallOutput } from '../src/shared/engine-api.ts';
import type { JobView } from '../src/shared/job.ts';
import { removeTree } from '../tools/trees/remove-tree.ts';
import type { DiskDrop } from './disk-drop.ts';
import { eventually } from './eventually.ts';

const CALL_MS = 30_000;

/** A real engine in this process: this is its engine thread. */
export class PageDevice {
  readonly engine: Engine;
  readonly name: string;
  readonly inbox: string;

  constructor(engine: Engine, name: string, inbox: string) {
    this.engine = engine;
    this.name = name;
    this.inbox = inbox;
  }

  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return this.engine.call(name, input, AbortSignal.timeout(CALL_MS));
  }

  /** Waits until a job here is as `is` says. */
  async until(job: string, what: string, is: (view: JobView) => boolean): Promise<JobView> {
    return await eventually(`${job} ${what} at ${this.name}`, async () => {
      const views = await this.call('jobs.list', {});
      const view = views.find((one) => one.job === job);
      return view !== undefined && is(view) ? view : null;
    });
  }

  async waitsForPage(job: string): Promise<void> {
    await this.until(
      job,
      'waits for the page',
      (view) => view.state === 'waiting' && view.waitingFor === 'page',
    );
  }
}

/** Devices in this process; the first one serves its page as `ferry serve --web` does. */
export class PageWorld implements AsyncDisposable {
  readonly folder: string;
  readonly #devices: PageDevice[] = [];
  readonly #sockets: WebSocket[] = [];
  #web: WebHost | null = null;
  #origin = '';
  #cookie = '';

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A first device, anna, whose pages hold files, paired with the others, who take everything. */
  static async create(...others: readonly string[]): Promise<PageWorld> {
    const world = new PageWorld(await mkdtemp(join(tmpdir(), 'ferry-page-')));
    const anna = await world.#open('anna');
    for (const name of others) {
      const other = await world.#open(name);
      const { code } = await other.call('invite.create', { trust: 'other' });
      const { port } = await other.call('device.get', {});
      await anna.call('invite.join', { address: `127.0.0.1:${port}`, code });
    }
    await world.#servePage(anna.engine);
    return world;
  }

  async #servePage(engine: Engine): Promise<void> {
    const pageRoot = this.path('page');
    await mkdir(pageRoot);
    await writeFile(join(pageRoot, 'index.html'), '<!doctype html>');
    this.#web = await startWebHost({
      engine,
      address: { host: '127.0.0.1', port: 0 },
      pageRoot,
      hooksFor: () => ({}),
      log: () => undefined,
    });
    const link = new URL(await this.#web.createLink());
    this.#origin = link.origin;
    const answer = await fetch(new URL('/session', link), {
      method: 'POST',
      headers: { Origin: link.origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: link.hash.slice('#t='.length) }),
    });
    this.#cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  }

  async #open(name: string): Promise<PageDevice> {
    const inbox = this.path(name, 'inbox');
    await mkdir(inbox, { recursive: true });
    const engine = await openEngine({
      ...{ home: this.path(name, 'home'), inbox, port: 0, listen: '127.0.0.1', name },
      ...{ accept: 'paired', announce: false, log: () => undefined },
    });
    const device = new PageDevice(engine, name, inbox);
    this.#devices.push(device);
    return device;
  }

  device(name: string): PageDevice {
    const found = this.#devices.find((device) => device.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** A socket as a page opens it, to the web worker. */
  connect(ticket: string): WebSocket {
    const url = pageFilesUrl(new URL(this.#origin).host, ticket);
    const socket = new WebSocket(url, { origin: this.#origin, headers: { cookie: this.#cookie } });
    socket.on('error', () => undefined);
    this.#sockets.push(socket);
    return socket;
  }

  /** A page that serves what was dropped on it. */
  serve(selection: HeldSelection | DiskDrop, ticket: string): PageFilesServer {
    const held = 'warnings' in selection ? selection : collectDropped(selection);
    return new PageFilesServer(held, this.connect(ticket));
  }

  /** Ends the thread that has the pages' sockets. */
  async endWeb(): Promise<void> {
    await this.#web?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.endWeb();
    await Promise.all(this.#devices.map(({ engine }) => engine.stop()));
    removeTree(this.folder);
  }
}
