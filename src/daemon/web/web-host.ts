import { type MessagePort, Worker } from 'node:worker_threads';
import { type HostHooks, servePort } from '../../bridge/host.ts';
import { createMessagePortPort } from '../../bridge/message-port-port.ts';
import type { Engine, Log } from '../../engine/engine-options.ts';
import type { CallInput, CallName, CallOutput, EngineApi } from '../../shared/engine-api.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import { answerPageFiles } from './page-files-door.ts';
import { type WebAddress, webOrigin } from './web-address.ts';
import type { DownloadableJob, FromWebWorker, ToWebWorker, WebWorkerData } from './web-messages.ts';

/** A worker that is told to stop and does not is ended by force. */
const STOP_PATIENCE_MS = 2_000;

export interface WebHostOptions {
  readonly engine: EngineApi & Pick<Engine, 'attachPage'>;
  readonly address: WebAddress;
  /** Folder of the built page. */
  readonly pageRoot: string;
  /** What the host of a page's port wants to know; called for each page, with the end of its port. */
  readonly hooksFor: (closed: Promise<unknown>) => HostHooks;
  readonly log: Log;
}

/** The page of this device, served to browsers on this machine by a worker of its own. */
export interface WebHost {
  /** A fresh link: `http://host:port/#t=TOKEN`, good once, for ten minutes. Throws Failure `internal`. */
  createLink(): Promise<string>;
  /** Ends pages, sessions and worker. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts the web worker and resolves when it listens. Throws Failure `usage` (no page), `port-taken`. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { id } = await options.engine.call('device.get', {}, new AbortController().signal);
  const workerData: WebWorkerData = {
    address: options.address,
    pageRoot: options.pageRoot,
    deviceId: id,
  };
  const worker = new Worker(new URL('./web-worker.ts', import.meta.url), { workerData });
  const host = new WorkerWebHost(worker, options);
  try {
    await host.listening;
    return host;
  } catch (error) {
    await host.close();
    throw error;
  }
}

class WorkerWebHost implements WebHost {
  readonly listening: Promise<void>;
  readonly #worker: Worker;
  readonly #options: WebHostOptions;
  readonly #exited: Promise<void>;
  readonly #tokens = new Map<number, PromiseWithResolvers<string>>();
  readonly #life = new AbortController();
  #nextToken = 1;
  #isListening = false;
  #address: WebAddress;
  #closed: Promise<void> | null = null;

  constructor(worker: Worker, options: WebHostOptions) {
    this.#worker = worker;
    this.#options = options;
    this.#address = options.address;
    const listening = Promise.withResolvers<void>();
    this.listening = listening.promise;
    worker.on('message', (message: FromWebWorker) => this.#receive(message, listening));
    worker.on('error', (error) => {
      options.log('error', 'web-worker-error', { reason: String(error) });
      listening.reject(toFailure(error));
    });
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        if (this.#isListening && this.#closed === null) options.log('error', 'web-worker-ended');
        this.#life.abort();
        const gone = new Failure('internal', { reason: 'the web worker has ended' });
        listening.reject(gone);
        for (const token of this.#tokens.values()) token.reject(gone);
        this.#tokens.clear();
        resolve();
      });
    });
  }

  async createLink(): Promise<string> {
    if (this.#life.signal.aborted) throw new Failure('internal', { reason: 'the web worker has ended' });
    const id = this.#nextToken++;
    const token = Promise.withResolvers<string>();
    this.#tokens.set(id, token);
    this.#post({ kind: 'make-token', id });
    return `${webOrigin(this.#address)}/#t=${await token.promise}`;
  }

  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  async #stop(): Promise<void> {
    this.#post({ kind: 'stop' });
    const force = setTimeout(() => void this.#worker.terminate(), STOP_PATIENCE_MS);
    await this.#exited;
    clearTimeout(force);
  }

  #post(message: ToWebWorker, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #receive(message: FromWebWorker, listening: PromiseWithResolvers<void>): void {
    switch (message.kind) {
      case 'listening':
        this.#address = { ...this.#address, port: message.port };
        this.#isListening = true;
        listening.resolve();
        return;
      case 'failed':
        listening.reject(Failure.fromData(message.failure));
        return;
      case 'token':
        this.#tokens.get(message.id)?.resolve(message.token);
        this.#tokens.delete(message.id);
        return;
      case 'page':
        this.#servePage(message.port);
        return;
      case 'find-download':
        void this.#findDownload(message.id, message.job);
        return;
      case 'page-files':
        answerPageFiles(this.#options.engine, message.message, (answer, transfer) =>
          this.#post({ kind: 'page-files', message: answer }, transfer),
        );
        return;
    }
  }

  #servePage(channel: MessagePort): void {
    const port = createMessagePortPort(channel);
    servePort(this.#options.engine, port, 'browser', this.#options.hooksFor(port.closed));
  }

  async #findDownload(id: number, job: string): Promise<void> {
    const view = await this.#options.engine.call('jobs.get', { job }, this.#life.signal).catch(() => null);
    this.#post({ kind: 'download-job', id, job: view === null ? null : toDownloadable(view) });
  }
}

/** Null while there is nothing that can be relied on: the job moves still, failed, or put nothing here. */
function toDownloadable({ role, state, into, names, result }: JobView): DownloadableJob | null {
  if (role !== 'destination' || (state !== 'done' && state !== 'partial') || into === null) return null;
  const renamed = new Map(
    (result?.problems ?? [])
      .filter(({ code }) => code === 'kept-both' || code === 'late-name')
      .map(({ path, reason }) => [path, reason]),
  );
  return { into, names: names.map((name) => renamed.get(name) ?? name) };
}

/** `engine` as hosts and front ends hold it where a page is served: it can make links to that page too. */
export function withWebLink(engine: EngineApi, web: Pick<WebHost, 'createLink'>): EngineApi {
  return {
    call: async <Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      signal: AbortSignal,
    ): Promise<CallOutput<Name>> => {
      if (name !== 'web.link') return await engine.call(name, input, signal);
      // the name was compared just above, which the type of a generic call cannot follow
      return { url: await web.createLink() } as CallOutput<Name>;
    },
    snapshot: (signal) => engine.snapshot(signal),
    subscribe: (listener, signal) => engine.subscribe(listener, signal),
    closed: engine.closed,
  };
}
