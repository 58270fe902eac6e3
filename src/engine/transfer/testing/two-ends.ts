import { createHash, randomBytes } from 'node:crypto';
import * as net from 'node:net';
import { basename, dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JobId } from '../../../shared/ids.ts';
import type { CancelKeep, ConflictQuestion, JobProgress, JobResult } from '../../../shared/job.ts';
import { createIdentity, type Identity } from '../../identity/identity.ts';
import type { SelectedItem } from '../../source/selection.ts';
import type { Claim } from '../claim.ts';
import { secure } from '../data-socket.ts';
import type { ClashAnswer } from '../held-clashes.ts';
import { IndexDoor } from '../index-door.ts';
import type { PullOrder, PullResume } from '../pull-order.ts';
import type { PreviewOrder } from '../pull-preview.ts';
import type { FromDataWorker } from '../worker-messages.ts';
import type { OnIndex } from '../worker-pool.ts';
import { WorkerPuller } from '../worker-puller.ts';
import { WorkerServer } from '../worker-server.ts';

/** What a test may want otherwise; the rest is the simplest copy there is. */
export interface PullWishes
  extends Partial<
    Pick<
      PullOrder,
      | 'streams'
      | 'isAuto'
      | 'compress'
      | 'delta'
      | 'onConflict'
      | 'checksum'
      | 'reuse'
      | 'dryRun'
      | 'limitBytesPerSecond'
      | 'isHeld'
      | 'range'
    >
  > {
  /** Of the source's own limit. */
  readonly servedBytesPerSecond?: number;
  /** Where to dial instead: a proxy. */
  readonly port?: number;
  readonly secret?: Buffer;
  /** Jobs of one group share what the source reads. */
  readonly group?: JobId;
  /** From this device itself: nothing is dialled. */
  readonly isWithin?: boolean;
  /** A look at the same paths that came before, under the same grant. */
  readonly previewed?: PreviewOrder;
}

export interface Pull {
  readonly job: JobId;
  readonly result: Promise<JobResult>;
  stop(keep?: CancelKeep): void;
  pause(isPaused: boolean): void;
  hold(isHeld: boolean): void;
  answer(answer: ClashAnswer): void;
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
  readonly pullerIdentity: Identity;
  readonly #server: WorkerServer;
  readonly #door: IndexDoor | null;
  #puller: WorkerPuller;
  readonly #orders = new Map<JobId, PullOrder>();
  readonly #listener: net.Server;
  readonly #stop = new AbortController();
  readonly #sockets = new Set<net.Socket>();
  readonly #waiting = new Map<JobId, (result: JobResult) => void>();
  port = 0;
  /** Connections of the source that are being served right now. */
  serving = 0;

  private constructor(source: Identity, puller: Identity, index: OnIndex | null) {
    this.#door = index === null ? null : doorTo(index);
    this.sourceIdentity = source;
    this.pullerIdentity = puller;
    this.#server = new WorkerServer((report) => this.#receive(report), new Set(), { door: this.#door });
    this.#puller = this.#newPuller();
    this.#listener = net.createServer((raw) => this.#accept(raw));
  }

  /** @param index of both ends; without one nothing is known to be here. */
  static async start(index: OnIndex | null = null): Promise<TwoEnds> {
    const ends = new TwoEnds(await createIdentity(), await createIdentity(), index);
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

  #newPuller(): WorkerPuller {
    return new WorkerPuller(this.pullerIdentity, (report) => this.#receive(report), { door: this.#door });
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

  /** What a job waits for now, or the state it is in. */
  stateOf(job: JobId): string {
    const last = this.reports.findLast((report) => report.kind === 'pull-state' && report.job === job);
    return last?.kind === 'pull-state' ? (last.waitingFor ?? last.state) : '';
  }

  /** Questions told of a job so far. */
  questionsOf(job: JobId): (ConflictQuestion | null)[] {
    return this.reports.flatMap((report) =>
      report.kind === 'pull-question' && report.job === job ? [report.question] : [],
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
    const {
      servedBytesPerSecond = null,
      port = this.port,
      previewed,
      isWithin = false,
      group,
      ...order
    } = wishes;
    const job = previewed?.job ?? (randomBytes(16).toString('hex') as JobId);
    const secret = previewed?.secret ?? randomBytes(32);
    const items = itemsOf(paths).map((item) => ({ ...item, range: wishes.range ?? undefined }));
    const shown = wishes.secret ?? secret;
    const secretHash = createHash('sha256').update(secret).digest();
    const pullerId = this.pullerIdentity.id;
    if (wishes.previewed === undefined) {
      const limitBytesPerSecond = servedBytesPerSecond;
      this.#server.grant({
        job,
        secretHash,
        pullerId,
        items,
        page: null,
        limitBytesPerSecond,
        isResting: false,
        group,
      });
    }
    const result = new Promise<JobResult>((resolve) => this.#waiting.set(job, resolve));
    const whole: PullOrder = {
      job,
      sourceId: this.sourceIdentity.id,
      addresses: [{ host: '127.0.0.1', port }],
      offered: { names: items.map(({ name }) => name), count: items.length },
      into: Buffer.from(into),
      streams: 2,
      onConflict: 'fail',
      checksum: false,
      reuse: true,
      dryRun: false,
      limitBytesPerSecond: null,
      orderedMs: Date.now(),
      resume: null,
      local: isWithin ? items : null,
      ...order,
      secret: shown,
    };
    this.#orders.set(job, whole);
    this.#puller.start(whole);
    return {
      job,
      result,
      stop: (keep = 'parts') => this.#puller.stop(job, 'cancelled', keep),
      pause: (isPaused) => this.#puller.pause(job, isPaused),
      hold: (isHeld) => this.#puller.hold(job, isHeld),
      answer: (answer) => this.#puller.answer(job, answer),
    };
  }

  /** Stops every pull as an engine does that ends; the next one begins where `resume` says. */
  async suspend(): Promise<void> {
    await this.#puller.close();
    this.#puller = this.#newPuller();
  }

  /** What is claimed of a job by now, as the database would have it. */
  claimsOf(job: JobId): Claim[] {
    const claims: Claim[] = [];
    for (const report of this.reports) {
      if (report.kind === 'pull-claimed' && report.job === job) claims.push(...report.claims);
      if (report.kind !== 'pull-unclaimed' || report.job !== job) continue;
      const path = Buffer.from(report.path);
      claims.splice(0, claims.length, ...claims.filter((claim) => !path.equals(claim.path)));
    }
    return claims;
  }

  /** Takes a suspended job up again. */
  resume(job: JobId, wishes: Partial<PullResume> = {}): void {
    const order = this.#orders.get(job);
    if (order === undefined) throw new Error('no such job');
    const resume = { claims: this.claimsOf(job), wireBytes: 0, isPaused: false, ...wishes };
    this.#puller.start({ ...order, resume });
  }

  /** Grants `paths` and orders a look at what a copy of them into `into` would be. */
  previewOrder(paths: readonly string[], into: string): PreviewOrder {
    const job = randomBytes(16).toString('hex') as JobId;
    const secret = randomBytes(32);
    const items = itemsOf(paths);
    const secretHash = createHash('sha256').update(secret).digest();
    const pullerId = this.pullerIdentity.id;
    this.#server.grant({
      job,
      secretHash,
      pullerId,
      items,
      page: null,
      limitBytesPerSecond: null,
      isResting: false,
    });
    return {
      job,
      secret,
      sourceId: this.sourceIdentity.id,
      addresses: [{ host: '127.0.0.1', port: this.port }],
      offered: { names: items.map(({ name }) => name), count: items.length },
      into: Buffer.from(into),
      orderedMs: Date.now(),
    };
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

function doorTo(index: OnIndex): IndexDoor {
  const door: IndexDoor = new IndexDoor((request) =>
    index(request, (files) => {
      if ('call' in request) door.answer(request.call, files);
    }),
  );
  return door;
}
