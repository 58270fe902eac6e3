import { createHash, randomBytes } from 'node:crypto';
import * as net from 'node:net';
import { basename, dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JobId } from '../../../shared/ids.ts';
import type { JobProgress, JobResult } from '../../../shared/job.ts';
import { createIdentity, type Identity } from '../../identity/identity.ts';
import type { SelectedItem } from '../../source/selection.ts';
import { secure } from '../data-socket.ts';
import type { PullOrder } from '../pull-order.ts';
import type { FromDataWorker } from '../worker-messages.ts';
import { WorkerPuller } from '../worker-puller.ts';
import { WorkerServer } from '../worker-server.ts';

/** What a test may want otherwise; the rest is the simplest copy there is. */
export interface PullWishes
  extends Partial<Pick<PullOrder, 'streams' | 'onConflict' | 'checksum' | 'dryRun' | 'limitBytesPerSecond'>> {
  /** Of the source's own limit. */
  readonly servedBytesPerSecond?: number;
  /** Where to dial instead: a proxy. */
  readonly port?: number;
  readonly secret?: Buffer;
}

export interface Pull {
  readonly job: JobId;
  readonly result: Promise<JobResult>;
  stop(): void;
}

/** Paths as the items of a selection. */
export function itemsOf(paths: readonly string[]): SelectedItem[] {
  return paths.map((path) => ({ parent: Buffer.from(dirname(path)), name: Buffer.from(basename(path)) }));
}

/**
 * Both ends of data connections in one thread, over real TLS on loopback; only the control connection and
 * the threads are left out. Ends with the test that made it.
 */
export class TwoEnds {
  readonly reports: FromDataWorker[] = [];
  readonly sourceIdentity: Identity;
  readonly #pullerIdentity: Identity;
  readonly #server: WorkerServer;
  readonly #puller: WorkerPuller;
  readonly #listener: net.Server;
  readonly #stop = new AbortController();
  readonly #sockets = new Set<net.Socket>();
  readonly #waiting = new Map<JobId, (result: JobResult) => void>();
  port = 0;
  /** Connections of the source that are being served right now. */
  serving = 0;

  private constructor(source: Identity, puller: Identity) {
    this.sourceIdentity = source;
    this.#pullerIdentity = puller;
    const post = (report: FromDataWorker) => this.#receive(report);
    this.#server = new WorkerServer(post, new Set());
    this.#puller = new WorkerPuller(puller, post);
    this.#listener = net.createServer((raw) => this.#accept(raw));
  }

  static async start(): Promise<TwoEnds> {
    const ends = new TwoEnds(await createIdentity(), await createIdentity());
    await new Promise<void>((resolve) => ends.#listener.listen(0, '127.0.0.1', resolve));
    const address = ends.#listener.address();
    if (typeof address !== 'object' || address === null) throw new Error('no address');
    ends.port = address.port;
    onTestFinished(() => ends.close());
    return ends;
  }

  #accept(raw: net.Socket): void {
    this.#sockets.add(raw);
    raw.once('close', () => this.#sockets.delete(raw));
    secure(raw, this.sourceIdentity, this.#stop.signal).then(
      async ({ socket, peerId }) => {
        this.serving += 1;
        await this.#server.serve(socket, peerId, this.#stop.signal);
        this.serving -= 1;
      },
      () => undefined,
    );
  }

  #receive(report: FromDataWorker): void {
    this.reports.push(report);
    if (report.kind === 'pull-ended') this.#waiting.get(report.job)?.(report.result);
  }

  /** Connections that the source has open, served or not. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** Ends a grant, as the engine does when its job has ended. */
  endServing(job: JobId): void {
    this.#server.end(job);
  }

  /** Progress told of a job so far. */
  progressOf(job: JobId): JobProgress[] {
    return this.reports.flatMap((report) =>
      report.kind === 'pull-progress' && report.job === job ? [report.progress] : [],
    );
  }

  /** Parts of a job as last reported. */
  partsOf(job: JobId): readonly string[] {
    const reports = this.reports.filter((report) => report.kind === 'pull-parts' && report.job === job);
    const last = reports.at(-1);
    return last?.kind === 'pull-parts' ? last.paths : [];
  }

  /** Starts a copy of `paths` into the folder `into`. */
  start(paths: readonly string[], into: string, wishes: PullWishes = {}): Pull {
    const job = randomBytes(16).toString('hex') as JobId;
    const secret = randomBytes(32);
    const items = itemsOf(paths);
    const { servedBytesPerSecond = null, port = this.port, secret: shown = secret, ...order } = wishes;
    const secretHash = createHash('sha256').update(secret).digest();
    const pullerId = this.#pullerIdentity.id;
    this.#server.grant({ job, secretHash, pullerId, items, limitBytesPerSecond: servedBytesPerSecond });
    const result = new Promise<JobResult>((resolve) => this.#waiting.set(job, resolve));
    this.#puller.start({
      job,
      secret: shown,
      sourceId: this.sourceIdentity.id,
      addresses: [{ host: '127.0.0.1', port }],
      offered: { names: items.map(({ name }) => name), count: items.length },
      into: Buffer.from(into),
      streams: 2,
      onConflict: 'fail',
      checksum: false,
      dryRun: false,
      limitBytesPerSecond: null,
      orderedMs: Date.now(),
      ...order,
    });
    return { job, result, stop: () => this.#puller.stop(job, 'cancelled') };
  }

  /** A whole copy. */
  pull(paths: readonly string[], into: string, wishes: PullWishes = {}): Promise<JobResult> {
    return this.start(paths, into, wishes).result;
  }

  async close(): Promise<void> {
    await this.#puller.close();
    this.#server.close();
    this.#stop.abort();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
  }
}
