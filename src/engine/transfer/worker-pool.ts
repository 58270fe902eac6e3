import { Worker } from 'node:worker_threads';
import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { fs } from '../disk/fs.ts';
import { SpaceLedger } from '../disk/space-ledger.ts';
import type { Log } from '../engine-options.ts';
import type { Identity } from '../identity/identity.ts';
import type { KnownFile } from '../reuse/known-files.ts';
import type { BrowseAnswer, BrowseOrder } from '../source/browse-folder.ts';
import type { SelectedItem } from '../source/selection.ts';
import { routeOf } from './data-server-name.ts';
import type { HandedSocket } from './data-socket.ts';
import { HandedDescriptors } from './handed-descriptors.ts';
import type { SettledReceipts } from './settle-receipts.ts';
import { SharedPace } from './shared-pace.ts';
import type { FromDataWorker, IndexRequest, InspectedItem, ToDataWorker } from './worker-messages.ts';

/** A worker that dies within this time of its making could not start; this many in a row are enough. */
const EARLY_DEATH_MS = 2_000;
const MAX_EARLY_DEATHS = 3;

/**
 * Memory of a data worker for what has just been made. V8 takes four times as much for a program that is busy, and
 * a worker is no faster for it.
 */
const YOUNG_MIB = 12;

/** What a pool tells beside answers to calls. */
export type WorkerReport = Exclude<
  FromDataWorker,
  { kind: 'inspected' | 'browsed' | 'settled' | 'socket-settled' | 'listening' | 'log' } | IndexRequest
>;

/** What is asked of the index; `answer` is called once where there is something to answer. */
export type OnIndex = (request: IndexRequest, answer: (files: readonly KnownFile[]) => void) => void;

interface Slot {
  worker: Worker;
  /** Port of its own, where sockets cannot be handed over; 0 otherwise. */
  port: number;
  readonly jobs: Set<JobId>;
  /** By `performance.now()`. */
  readonly bornMs: number;
}

/**
 * The data workers of an engine. All of a job's connections at one end are served by one worker, found
 * by the job's id. A worker that dies is replaced.
 */
export class WorkerPool {
  readonly #slots: Slot[] = [];
  /** What its pulls will still write. */
  readonly ledger = new SpaceLedger();
  /** How fast all of them together may be. */
  readonly pace = new SharedPace();
  #identity: Identity | null = null;
  readonly #log: Log;
  /** Folder of the lists of jobs' entries, see entry-rows.ts. */
  readonly lists: string;
  readonly #onReport: (report: WorkerReport) => void;
  readonly #onIndex: OnIndex;
  readonly #onDead: (jobs: readonly JobId[], isReplaced: boolean) => void;
  /** Answers to come; null: the worker died. */
  readonly #calls = new Map<number, (message: FromDataWorker | null) => void>();
  readonly #handed = new HandedDescriptors<Slot>();
  /** Workers in a row that died as soon as they were made. */
  #earlyDeaths = 0;
  #nextCall = 1;
  #isStopping = false;
  #stopped: Promise<void> | null = null;

  constructor(parts: {
    readonly workers: number;
    readonly lists: string;
    readonly log: Log;
    readonly onReport: (report: WorkerReport) => void;
    readonly onIndex: OnIndex;
    /** Jobs whose worker died, and whether there is another one in its place. */
    readonly onDead: (jobs: readonly JobId[], isReplaced: boolean) => void;
  }) {
    this.#log = parts.log;
    this.lists = parts.lists;
    this.#onReport = parts.onReport;
    this.#onIndex = parts.onIndex;
    this.#onDead = parts.onDead;
    for (let index = 0; index < parts.workers; index++) this.#slots.push(this.#spawn());
  }

  /** Tells the workers who this device is. To be called once, before anything else is asked of them. */
  start(identity: Identity): void {
    this.#identity = identity;
    for (const { worker } of this.#slots) worker.postMessage(this.#toStart(identity));
  }

  #toStart(identity: Identity): ToDataWorker {
    return { kind: 'start', identity, lists: this.lists, ledger: this.ledger.memory, pace: this.pace.memory };
  }

  #spawn(): Slot {
    // Descriptors of handed sockets and of libc calls are opened outside Node's book-keeping.
    const worker = new Worker(new URL('./data-worker.ts', import.meta.url), {
      trackUnmanagedFds: false,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    if (this.#identity !== null) worker.postMessage(this.#toStart(this.#identity));
    const slot: Slot = { worker, port: 0, jobs: new Set(), bornMs: performance.now() };
    worker.on('message', (message: FromDataWorker) => this.#receive(slot, message));
    worker.on('error', (error) => this.#log('error', 'data-worker-error', { reason: String(error) }));
    worker.on('exit', () => this.#exited(slot));
    return slot;
  }

  #exited(slot: Slot): void {
    this.#handed.ended(slot);
    if (this.#isStopping) return;
    for (const settle of this.#calls.values()) settle(null);
    this.#calls.clear();
    for (const job of slot.jobs) this.ledger.leave(job);
    const livedMs = performance.now() - slot.bornMs;
    this.#earlyDeaths = livedMs < EARLY_DEATH_MS ? this.#earlyDeaths + 1 : 0;
    const isReplaced = this.#earlyDeaths <= MAX_EARLY_DEATHS;
    if (isReplaced) this.#slots[this.#slots.indexOf(slot)] = this.#spawn();
    else this.#log('error', 'data-worker-given-up', {});
    this.#onDead([...slot.jobs], isReplaced);
  }

  #receive(slot: Slot, message: FromDataWorker): void {
    switch (message.kind) {
      case 'inspected':
      case 'browsed':
      case 'settled':
      case 'socket-settled':
        this.#handed.arrived(message.call);
        this.#calls.get(message.call)?.(message);
        this.#calls.delete(message.call);
        return;
      case 'index-find':
      case 'index-known':
      case 'index-add':
      case 'index-forget':
      case 'index-telling':
        this.#answerIndex(slot, message);
        return;
      case 'listening':
        slot.port = message.port;
        return;
      case 'log':
        this.#log('info', message.event, message.detail);
        return;
      case 'pull-ended':
      case 'verify-ended':
        slot.jobs.delete(message.job);
        this.#onReport(message);
        return;
      default:
        this.#onReport(message);
    }
  }

  #answerIndex(slot: Slot, request: IndexRequest): void {
    this.#onIndex(request, (files) => {
      if (!('call' in request)) return;
      slot.worker.postMessage({ kind: 'index-answer', call: request.call, files } satisfies ToDataWorker);
    });
  }

  #slotOf(job: JobId): Slot {
    return this.#slots[routeOf(job, this.#slots.length)] as Slot;
  }

  /** Whether two jobs are served by one worker. */
  areTogether(one: JobId, other: JobId): boolean {
    return this.#slotOf(one) === this.#slotOf(other);
  }

  /** Sends an order to the worker of a job. */
  post(
    job: JobId,
    message: ToDataWorker & {
      kind:
        | 'pull'
        | 'stop-pull'
        | 'pause-pull'
        | 'hold-pull'
        | 'answer-pull'
        | 'preview'
        | 'stop-preview'
        | 'measure'
        | 'stop-measure'
        | 'verify'
        | 'stop-verify'
        | 'readdress'
        | 'serve'
        | 'end-serve'
        | 'page'
        | 'dial-puller';
    },
  ): void {
    const slot = this.#slotOf(job);
    if (message.kind === 'pull' || message.kind === 'serve' || message.kind === 'verify') slot.jobs.add(job);
    if (message.kind === 'end-serve') slot.jobs.delete(job);
    slot.worker.postMessage(message, message.kind === 'page' ? [message.port] : []);
  }

  /**
   * Hands a data connection to the worker of the job its server name routes to; `onSettled` hears when it
   * has proven who it is or is closed. A pool that stops closes it: its workers read no more orders.
   */
  handOff(socket: HandedSocket, serverName: string, onSettled: () => void): void {
    if (this.#isStopping) {
      fs.closeSync(socket.fd);
      onSettled();
      return;
    }
    const slot = this.#slots[routeOf(serverName, this.#slots.length)] as Slot;
    const call = this.#nextCall++;
    this.#calls.set(call, onSettled);
    const taken = this.#handed.hand(call, socket.fd, slot);
    slot.worker.postMessage({ kind: 'socket', call, socket, taken, serverName } satisfies ToDataWorker);
  }

  /** Makes every worker listen on a port of its own. */
  listen(host: string | null): void {
    for (const slot of this.#slots) slot.worker.postMessage({ kind: 'listen', host } satisfies ToDataWorker);
  }

  /** Port of the worker that serves a job; 0 when connections come through the engine's port. */
  portOf(job: JobId): number {
    return this.#slotOf(job).port;
  }

  /** What chosen items are, without walking into them. @throws Failure `no-such-path`, `unreadable`, `usage`. */
  async inspect(items: readonly SelectedItem[]): Promise<readonly InspectedItem[]> {
    const answer = await this.#call((call) => ({ kind: 'inspect', call, items }));
    if (answer.kind !== 'inspected') throw new Failure('internal', { reason: 'wrong answer' });
    if (answer.failure !== null) throw Failure.fromData(answer.failure);
    return answer.items ?? [];
  }

  /** Looks at a place of this machine's disk. @throws as `browseFolder`. */
  async browse(order: BrowseOrder): Promise<BrowseAnswer> {
    const answer = await this.#call((call) => ({ kind: 'browse', call, order }));
    if (answer.kind !== 'browsed') throw new Failure('internal', { reason: 'wrong answer' });
    if (answer.answer === null) throw Failure.fromData(answer.failure ?? { code: 'internal' });
    return answer.answer;
  }

  /** Which files the receipts of a job are about. @throws as `settleReceipts`. */
  async settle(receipts: readonly Uint8Array[]): Promise<SettledReceipts> {
    const answer = await this.#call((call) => ({ kind: 'settle', call, receipts }));
    if (answer.kind !== 'settled') throw new Failure('internal', { reason: 'wrong answer' });
    if (answer.settled === null) throw Failure.fromData(answer.failure ?? { code: 'internal' });
    return answer.settled;
  }

  /** @throws Failure `internal` when the worker died. */
  async #call(make: (call: number) => ToDataWorker): Promise<FromDataWorker> {
    const call = this.#nextCall++;
    const slot = this.#slots[call % this.#slots.length] as Slot;
    if (this.#earlyDeaths > MAX_EARLY_DEATHS) throw new Failure('internal', { reason: 'no data worker' });
    const answer = await new Promise<FromDataWorker | null>((resolve) => {
      this.#calls.set(call, resolve);
      slot.worker.postMessage(make(call));
    });
    if (answer === null) throw new Failure('internal', { reason: 'data worker died' });
    return answer;
  }

  /** Ends all workers: pulls are kept as interrupted. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(
      this.#slots.map(({ worker }) => {
        const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        worker.postMessage({ kind: 'stop' } satisfies ToDataWorker);
        return Promise.race([ended, stopHard(worker)]);
      }),
    );
  }
}

/** A worker that does not end by itself within two seconds is ended. */
function stopHard(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => void worker.terminate().then(() => resolve()), 2_000);
    timer.unref();
  });
}

/** Data workers for this machine: one per two cores, since each end of a copy keeps one busy. */
export function workerCount(cores: number): number {
  return Math.max(1, Math.min(4, Math.floor(cores / 2)));
}
