import { setTimeout as delay } from 'node:timers/promises';
import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobResult, JobView } from '../../shared/job.ts';
import { parseAddress } from '../link/address.ts';
import type { Link } from '../link/link.ts';
import type { DataAddress } from '../transfer/data-socket.ts';
import { failedResult } from '../transfer/failed-result.ts';
import type { PullOrder, StopReason } from '../transfer/pull-order.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { RedeemedMessage } from '../wire/job-messages.ts';
import { automaticStreams } from './automatic-streams.ts';
import { type LiveJob, NO_PROGRESS } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { toResultMessage } from './result-message.ts';

/** A selection as its source describes it, in an offer or after a code. */
export type Described = Omit<RedeemedMessage, 'kind'>;

/** Progress is told to the source at most this often. */
const UPDATE_MS = 500;
/** A result is told again until it is acknowledged, at most this often. */
const REPEAT_MS = 2_000;
/** After this long without the source, the result waits for the source to ask. */
const REPEAT_FOR_MS = 10 * 60_000;

interface Receiving {
  readonly live: LiveJob;
  readonly sourceId: DeviceId;
  readonly addresses: readonly string[];
  /** As the source announced it; 0 is its ordinary port. */
  readonly dataPort: number;
  /** Bytes on the control connection before the job began. */
  readonly wireStart: number;
  updatedMs: number;
  result: JobResult | null;
}

/** Jobs this device is the destination of: it pulls, and tells the source how it goes. */
export class ReceivingJobs {
  readonly #parts: JobParts;
  readonly #jobs = new Map<JobId, Receiving>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /** Who a job comes from; null for one that is not received here. */
  sourceOf(job: JobId): DeviceId | null {
    return this.#jobs.get(job)?.sourceId ?? null;
  }

  /** Jobs from a device that have not ended. */
  *runningOf(peer: DeviceId): Iterable<JobId> {
    for (const [job, { sourceId, result }] of this.#jobs) {
      if (sourceId === peer && result === null) yield job;
    }
  }

  /** Jobs an unpaired device may speak about. */
  *jobsOf(id: DeviceId): Iterable<JobId> {
    for (const [job, { sourceId }] of this.#jobs) if (sourceId === id) yield job;
  }

  /** Begins to pull a selection. `options` are this side's; the policy is settled with it. */
  async start(link: Link, described: Described, into: string, options: CopyOptions): Promise<JobView> {
    const { book, pool, links } = this.#parts;
    const nowMs = Date.now();
    const peer = { id: link.peerId, name: this.#nameOf(link) };
    const view: JobView = {
      job: described.job,
      role: 'destination',
      state: 'preparing',
      waitingFor: null,
      peer,
      names: described.items.map((item) => showPath([fromBytes(item.name)]).path),
      into,
      progress: { ...NO_PROGRESS, totalFiles: described.files, totalBytes: described.bytes },
      result: null,
      parts: [],
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    const live = await book.create({
      orderer: link.peerId,
      job: described.job,
      roles: ['destination'],
      view,
      options,
      resume: { secret: Buffer.from(described.secret).toString('base64') },
      acknowledgedMs: null,
    });
    const addresses = addressesOf(link, described.dataPort);
    const streams = options.streams === 'auto' ? described.options.streams : options.streams;
    const order: PullOrder = {
      job: described.job,
      secret: described.secret,
      sourceId: link.peerId,
      addresses,
      offered: { names: described.items.map(({ name }) => name), count: described.itemCount },
      into: Buffer.from(into),
      streams: streams === 0 ? automaticStreams(addresses) : streams,
      onConflict: options.onConflict,
      checksum: options.checksum,
      dryRun: options.dryRun || described.options.dryRun,
      limitBytesPerSecond: options.limitBytesPerSecond,
      orderedMs: nowMs,
    };
    this.#jobs.set(described.job, {
      live,
      sourceId: link.peerId,
      addresses: addresses.map(({ host, port }) => toAddressText(host, port)),
      dataPort: described.dataPort,
      wireStart: wireTotal(links.get(link.peerId) ?? link),
      updatedMs: 0,
      result: null,
    });
    pool.post(described.job, { kind: 'pull', order });
    return live.view;
  }

  #nameOf(link: Link): string {
    return this.#parts.peers.get(link.peerId)?.name ?? link.peerHello.name;
  }

  /** What the data worker tells about a pull. */
  report(report: WorkerReport): void {
    const receiving = report.job === null ? undefined : this.#jobs.get(report.job);
    if (receiving === undefined) return;
    const { book } = this.#parts;
    switch (report.kind) {
      case 'pull-state':
        book.update(receiving.live, { state: report.state, waitingFor: report.waitingFor });
        this.#tell(receiving, true);
        this.#reachElsewhere(receiving);
        return;
      case 'pull-progress':
        book.update(receiving.live, { progress: report.progress });
        this.#tell(receiving, false);
        return;
      case 'pull-parts':
        this.#keepParts(receiving, report.paths);
        return;
      case 'pull-unreachable':
        this.#askToBeDialled(receiving);
        return;
      case 'pull-ended':
        void this.#ended(receiving, report.result);
        return;
      default:
        return;
    }
  }

  #keepParts(receiving: Receiving, paths: readonly string[]): void {
    const { state, book, log } = this.#parts;
    const { live } = receiving;
    const gone = live.view.parts.filter((path) => !paths.includes(path)).map((path) => Buffer.from(path));
    const kept = paths
      .filter((path) => !live.view.parts.includes(path))
      .map((path) => ({ path: Buffer.from(path), type: 'folder' as const, bytes: 0, keptMs: Date.now() }));
    book.showParts(live, paths);
    const write = async () => {
      if (kept.length > 0) await state.parts.add(live.key, kept);
      if (gone.length > 0) await state.parts.remove(live.key, gone);
    };
    write().catch((error: unknown) =>
      log('error', 'parts-not-written', { failure: toFailure(error).toData() }),
    );
  }

  #tell(receiving: Receiving, now: boolean): void {
    const { state, waitingFor, progress, job } = receiving.live.view;
    if (state !== 'preparing' && state !== 'waiting' && state !== 'running' && state !== 'finishing') return;
    const nowMs = performance.now();
    if (!now && nowMs - receiving.updatedMs < UPDATE_MS) return;
    receiving.updatedMs = nowMs;
    this.#send(receiving, { kind: 'job-update', job, state, waitingFor, progress });
  }

  /** Tells the source where it can; a message that cannot go is only a hint that is missed. */
  #send(receiving: Receiving, message: LinkMessage): boolean {
    const link = this.#parts.links.get(receiving.sourceId);
    if (link === null) return false;
    try {
      link.send(message);
      return true;
    } catch {
      return false;
    }
  }

  /** A link came up: a source that was lost may be at another address now. */
  linked(link: Link): void {
    for (const receiving of this.#jobs.values()) {
      if (receiving.sourceId === link.peerId && receiving.result === null) this.#followTo(receiving, link);
    }
  }

  /** The source speaks from an address that was not known: it has moved, or has another one. */
  #followTo(receiving: Receiving, link: Link): void {
    if (receiving.addresses.some((address) => parseAddress(address).host === link.remoteHost)) return;
    const { job } = receiving.live.key;
    this.#parts.pool.post(job, { kind: 'readdress', job, addresses: addressesOf(link, receiving.dataPort) });
    this.#reachElsewhere(receiving);
  }

  /** The data worker dials where the source was when the job began; from anywhere else it has to dial us. */
  #reachElsewhere(receiving: Receiving): void {
    const { state, waitingFor } = receiving.live.view;
    const link = this.#parts.links.get(receiving.sourceId);
    if (link === null || state !== 'waiting' || waitingFor !== 'peer') return;
    const isKnown = receiving.addresses.some((address) => parseAddress(address).host === link.remoteHost);
    if (!isKnown) this.#askToBeDialled(receiving);
  }

  #askToBeDialled(receiving: Receiving): void {
    const { job, progress } = receiving.live.view;
    this.#send(receiving, { kind: 'dial-me', job, streams: Math.max(1, progress.streams) });
  }

  async #ended(receiving: Receiving, pulled: JobResult): Promise<void> {
    const link = this.#parts.links.get(receiving.sourceId);
    const control = link === null ? 0 : Math.max(0, wireTotal(link) - receiving.wireStart);
    const result = { ...pulled, wireBytes: pulled.wireBytes + control };
    // The source shows the last progress too, also of a job that did not get to its end.
    this.#tell(receiving, true);
    receiving.result = result;
    await this.#parts.book.end(receiving.live, result);
    await this.#tellEnd(receiving, result);
  }

  /** Tells the source how it ended until it says that it knows. */
  async #tellEnd(receiving: Receiving, result: JobResult): Promise<void> {
    const { links, signal } = this.#parts;
    const { job } = receiving.live.key;
    const untilMs = performance.now() + REPEAT_FOR_MS;
    while (!signal.aborted && this.#jobs.get(job) === receiving && performance.now() < untilMs) {
      if (!this.#send(receiving, { kind: 'job-ended', job, result: toResultMessage(result) })) {
        await links.open(receiving.sourceId, receiving.addresses, signal).catch(() => undefined);
      }
      await delay(REPEAT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes a message about a pull of ours; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    if (!('job' in message)) return false;
    const receiving = this.#jobs.get(message.job);
    if (receiving === undefined || receiving.sourceId !== link.peerId) return false;
    switch (message.kind) {
      case 'job-cancel':
        this.#parts.pool.post(message.job, { kind: 'stop-pull', job: message.job, reason: message.reason });
        return true;
      case 'job-query':
        if (receiving.result === null) this.#tell(receiving, true);
        else {
          const result = toResultMessage(receiving.result);
          this.#send(receiving, { kind: 'job-ended', job: message.job, result });
        }
        return true;
      case 'job-ended-ack':
        if (receiving.result !== null) this.#acknowledged(receiving);
        return true;
      default:
        return false;
    }
  }

  /**
   * Tells how a job went that is not driven any more: its result if there is one, else that it is unknown
   * in this run of the engine. Returns whether there was a result.
   */
  async tellStored(link: Link, job: JobId): Promise<boolean> {
    const record = await this.#parts.state.jobs.get({ orderer: link.peerId, job });
    const result = record?.view.result ?? null;
    if (link.isClosed) return result !== null;
    if (result !== null) link.send({ kind: 'job-ended', job, result: toResultMessage(result) });
    else link.send({ kind: 'job-unknown', job, epoch: this.#parts.epoch });
    return result !== null;
  }

  #acknowledged(receiving: Receiving): void {
    this.#jobs.delete(receiving.live.key.job);
    this.#parts.state.jobs.acknowledge(receiving.live.key, Date.now()).catch((error: unknown) => {
      this.#parts.log('error', 'job-not-acknowledged', { failure: toFailure(error).toData() });
    });
  }

  /** Whether every result has reached its source, so that a host may leave. */
  get isSettled(): boolean {
    return this.#jobs.size === 0;
  }

  /** Ends a job from here. False when it is not ours. */
  async stop(job: JobId, reason: StopReason): Promise<boolean> {
    const receiving = this.#jobs.get(job);
    if (receiving === undefined || receiving.result !== null) return false;
    this.#parts.pool.post(job, { kind: 'stop-pull', job, reason });
    await receiving.live.ended;
    return true;
  }

  /** Trust in a device is gone: its pulls end now. */
  revoke(id: DeviceId): void {
    for (const [job, { sourceId }] of this.#jobs) {
      if (sourceId === id) this.#parts.pool.post(job, { kind: 'stop-pull', job, reason: 'cancelled' });
    }
  }

  /** Jobs of a data worker that died. */
  async lost(jobs: readonly JobId[]): Promise<void> {
    for (const job of jobs) {
      const receiving = this.#jobs.get(job);
      if (receiving !== undefined) await this.#ended(receiving, failedResult(new Failure('internal')));
    }
  }
}

/** Where the source's data port may be: where we reached it, then where it says it listens. */
function addressesOf(link: Link, dataPort: number): DataAddress[] {
  const host = link.remoteHost;
  const announced = dataPort === 0 ? link.peerHello.port : dataPort;
  const ports = link.isDialled && dataPort === 0 ? [link.remotePort, announced] : [announced];
  return [...new Set(ports)].filter((port) => port > 0).map((port) => ({ host, port }));
}

function toAddressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function wireTotal(link: Link): number {
  const { sent, received } = link.wireBytes();
  return sent + received;
}
