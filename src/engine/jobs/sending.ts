import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobProgress, JobView } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { PeerRecord } from '../state/records.ts';
import { failedResult } from '../transfer/failed-result.ts';
import type { InspectedItem } from '../transfer/worker-messages.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { fromResultMessage } from './result-message.ts';
import { pathOfItem, toSelectedItems } from './selected-items.ts';
import { describeSelection, newSourceRecord } from './source-records.ts';

/** Time between two tries to reach the destination of a waiting job. */
const RETRY_MS = 1_500;

/** What this engine remembers of a job it is the source of. */
interface Sending {
  readonly live: LiveJob;
  readonly items: readonly SelectedItem[];
  readonly inspected: readonly InspectedItem[];
  readonly secret: Buffer;
  readonly options: CopyOptions;
  pullerId: DeviceId | null;
  /** Data connections that are open now. */
  streams: number;
  /** Whether the destination has answered the offer. */
  isAccepted: boolean;
  isLooking: boolean;
  /** When the destination was reached last, monotonic ms. */
  reachedMs: number;
}

/** Jobs this device is the source and orderer of: offers, grants, mirrors of what the destination does. */
export class SendingJobs {
  readonly #parts: JobParts;
  readonly #jobs = new Map<JobId, Sending>();
  /** Waiting codes and the jobs they stand for. */
  readonly #codes = new Map<string, JobId>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /** Offers the paths to a paired device. @throws Failure `no-such-path`, `unreadable`, `usage`. */
  async send(paths: readonly string[], peer: PeerRecord, options: CopyOptions): Promise<JobView> {
    const sending = await this.#prepare(paths, options, { id: peer.id, name: peer.name });
    await this.#grant(sending, peer.id);
    void this.#reach(sending);
    return sending.live.view;
  }

  /** Waits for one device that presents the code. @throws as `send`. */
  async sendWithCode(
    paths: readonly string[],
    options: CopyOptions,
  ): Promise<{ job: JobView; code: string; expires: number }> {
    const sending = await this.#prepare(paths, options, null);
    const issued = this.#parts.invites.createSendCode();
    this.#codes.set(issued.codeId, sending.live.key.job);
    return { job: sending.live.view, code: issued.code, expires: issued.expiresMs };
  }

  /** A device has shown the right code: it gets the grant and the job. */
  async redeemed(link: Link, codeId: string): Promise<void> {
    const job = this.#codes.get(codeId);
    const sending = job === undefined ? undefined : this.#jobs.get(job);
    this.#codes.delete(codeId);
    if (sending === undefined || sending.pullerId !== null) {
      link.close(new Failure('expired'));
      return;
    }
    await this.#grant(sending, link.peerId);
    link.admitJob(sending.live.key.job);
    sending.isAccepted = true;
    const peer = { id: link.peerId, name: link.peerHello.name };
    this.#parts.book.update(sending.live, { peer, state: 'running', waitingFor: null });
    link.send({ kind: 'redeemed', ...this.#describe(sending) });
  }

  has(job: JobId): boolean {
    return this.#jobs.has(job);
  }

  /** Jobs an unpaired device drives: those it holds a grant for. */
  *jobsOf(id: DeviceId): Iterable<JobId> {
    for (const [job, { pullerId }] of this.#jobs) if (pullerId === id) yield job;
  }

  async #prepare(paths: readonly string[], options: CopyOptions, peer: JobView['peer']): Promise<Sending> {
    const { ownId, pool, book } = this.#parts;
    const items = toSelectedItems(paths);
    const inspected = await pool.inspect(items);
    const job = randomBytes(16).toString('hex') as JobId;
    const record = newSourceRecord({ ownId, job, items, peer, options });
    const live = await book.create(record);
    const secret = randomBytes(32);
    const sending = {
      live,
      items,
      inspected,
      secret,
      options,
      pullerId: null,
      streams: 0,
      isAccepted: false,
      isLooking: false,
      reachedMs: Number.NEGATIVE_INFINITY,
    };
    this.#jobs.set(job, sending);
    return sending;
  }

  /** Lets one device pull this selection. */
  async #grant(sending: Sending, pullerId: DeviceId): Promise<void> {
    const { state, ownId } = this.#parts;
    const { job } = sending.live.key;
    const nowMs = Date.now();
    sending.pullerId = pullerId;
    const secretHash = createHash('sha256').update(sending.secret).digest();
    await state.grants.create({
      orderer: ownId,
      job,
      secretHash,
      source: ownId,
      puller: pullerId,
      roots: sending.items.map(pathOfItem),
      options: {},
      capBytes: 0,
      pendingOffer: !sending.isAccepted,
      createdMs: nowMs,
      armedMs: nowMs,
      firstUsedMs: null,
      lastContactMs: null,
    });
    this.#serve(sending, pullerId);
  }

  /** Lets a data worker answer the holder of the grant, from the start of the listing. */
  #serve({ live, secret, items, options }: Sending, pullerId: DeviceId): void {
    const { job } = live.key;
    const secretHash = createHash('sha256').update(secret).digest();
    const { limitBytesPerSecond } = options;
    this.#parts.pool.post(job, {
      kind: 'serve',
      grant: { job, secretHash, pullerId, items, limitBytesPerSecond },
    });
  }

  #describe(sending: Sending): Omit<OfferMessage, 'kind'> {
    return describeSelection(sending.live.key.job, sending, this.#parts.pool.portOf(sending.live.key.job));
  }

  /** Links to the destination and offers, or asks how it goes; tries until the job ends. */
  async #reach(sending: Sending): Promise<void> {
    if (sending.isLooking || sending.pullerId === null) return;
    sending.isLooking = true;
    const { links, signal, book } = this.#parts;
    const { live, pullerId } = sending;
    // A destination that takes the link and drops it again must not be dialled without a pause.
    const restMs = sending.reachedMs + RETRY_MS - performance.now();
    if (restMs > 0) await delay(restMs, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted && book.get(live.key.job) === live) {
      try {
        const link = await links.open(pullerId, this.#parts.addressesOf(pullerId), signal);
        sending.reachedMs = performance.now();
        this.#speak(sending, link);
        break;
      } catch (error) {
        this.#parts.log('debug', 'peer-not-reached', { failure: toFailure(error).toData() });
        if (sending.streams === 0) book.update(live, { state: 'waiting', waitingFor: 'peer' });
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    sending.isLooking = false;
  }

  #speak(sending: Sending, link: Link): void {
    const { job } = sending.live.key;
    if (sending.isAccepted) {
      link.send({ kind: 'job-query', job });
      return;
    }
    this.#parts.book.update(sending.live, { state: 'waiting', waitingFor: 'approval' });
    link.send({ kind: 'offer', ...this.#describe(sending) });
  }

  /** A link came up or was replaced. */
  linked(link: Link): void {
    for (const sending of this.#jobs.values()) {
      if (sending.pullerId === link.peerId && !sending.isLooking) this.#speak(sending, link);
    }
  }

  /** The last link to a device is gone. */
  unlinked(id: DeviceId): void {
    for (const sending of this.#jobs.values()) {
      if (sending.pullerId !== id) continue;
      if (sending.streams === 0) {
        this.#parts.book.update(sending.live, { state: 'waiting', waitingFor: 'peer' });
      }
      if (this.#parts.peers.has(id)) void this.#reach(sending);
    }
  }

  /** Data connections of a job came or went. */
  streamsChanged(job: JobId, streams: number): void {
    const sending = this.#jobs.get(job);
    if (sending === undefined) return;
    sending.streams = streams;
    const { live, pullerId } = sending;
    if (streams > 0) return;
    const isLinked = pullerId !== null && this.#parts.links.get(pullerId) !== null;
    if (!isLinked) this.#parts.book.update(live, { state: 'waiting', waitingFor: 'peer' });
  }

  /** Takes a message about a job of ours; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind === 'refused' && message.code === 'not-paired') void this.#refused(link.peerId);
    if (!('job' in message)) return false;
    const sending = this.#jobs.get(message.job);
    if (sending === undefined || sending.pullerId !== link.peerId) return false;
    switch (message.kind) {
      case 'offer-answer':
        this.#answered(sending, message);
        return true;
      case 'job-update':
        this.#parts.book.update(sending.live, {
          state: message.state,
          waitingFor: message.waitingFor,
          progress: asSeenHere(message.progress),
        });
        return true;
      case 'job-ended':
        link.send({ kind: 'job-ended-ack', job: message.job });
        void this.#end(sending, fromResultMessage(message.result));
        return true;
      case 'job-unknown':
        this.#forgotten(sending, link);
        return true;
      case 'dial-me':
        this.#dialPuller(sending, link, message.streams);
        return true;
      default:
        return false;
    }
  }

  /** The destination was restarted and has lost the job. A paired one is offered it again. */
  #forgotten(sending: Sending, link: Link): void {
    if (!sending.isAccepted) return;
    if (this.#parts.peers.has(link.peerId)) {
      sending.isAccepted = false;
      // It lists from the beginning again.
      this.#parts.pool.post(sending.live.key.job, { kind: 'end-serve', job: sending.live.key.job });
      this.#serve(sending, link.peerId);
      this.#speak(sending, link);
    } else {
      const failure = new Failure('peer-gone', { subject: link.peerHello.name, reason: 'restarted' });
      void this.#end(sending, failedResult(failure));
    }
  }

  #answered(sending: Sending, message: LinkMessageOf<'offer-answer'>): void {
    const { book, state } = this.#parts;
    switch (message.state) {
      case 'asked':
        book.update(sending.live, { state: 'waiting', waitingFor: 'approval' });
        return;
      case 'accepted': {
        sending.isAccepted = true;
        const hash = createHash('sha256').update(sending.secret).digest();
        state.grants.offerAccepted(hash, Date.now()).catch((error: unknown) => {
          this.#parts.log('error', 'grant-not-armed', { failure: toFailure(error).toData() });
        });
        book.update(sending.live, { state: 'running', waitingFor: null });
        return;
      }
      case 'declined':
        void this.#end(sending, failedResult(new Failure(message.code ?? 'declined')));
    }
  }

  #dialPuller(sending: Sending, link: Link, streams: number): void {
    const addresses = [{ host: link.remoteHost, port: link.peerHello.port }];
    this.#parts.pool.post(sending.live.key.job, {
      kind: 'dial-puller',
      job: sending.live.key.job,
      addresses,
      streams,
    });
  }

  async #end(sending: Sending, result: NonNullable<JobView['result']>): Promise<void> {
    const { state, pool, book, ownId } = this.#parts;
    const { job } = sending.live.key;
    this.#jobs.delete(job);
    for (const [code, coded] of this.#codes) {
      if (coded !== job) continue;
      this.#codes.delete(code);
      this.#parts.invites.cancelCode(code);
    }
    pool.post(job, { kind: 'end-serve', job });
    await state.grants.revokeByJob({ orderer: ownId, job });
    await book.end(sending.live, result);
  }

  /** Ends a job from here; the destination is told where it can be. False when it is not ours. */
  async stop(job: JobId, reason: 'cancelled' | 'interrupted'): Promise<boolean> {
    const sending = this.#jobs.get(job);
    if (sending === undefined) return false;
    const link = sending.pullerId === null ? null : this.#parts.links.get(sending.pullerId);
    link?.send({ kind: 'job-cancel', job, reason });
    await this.#end(sending, failedResult(new Failure(reason), secondsSince(sending.live.view.createdMs)));
    return true;
  }

  /** A device we are paired with has forgotten us: what is offered to it can never be taken. */
  async #refused(id: DeviceId): Promise<void> {
    if (this.#parts.peers.has(id)) await this.revoke(id);
  }

  /** Trust in a device is gone: its grants die now. */
  async revoke(id: DeviceId): Promise<void> {
    for (const sending of [...this.#jobs.values()]) {
      if (sending.pullerId === id) await this.#end(sending, failedResult(new Failure('not-paired')));
    }
  }

  /** Jobs of a data worker that died. */
  async lost(jobs: readonly JobId[]): Promise<void> {
    for (const job of jobs) {
      const sending = this.#jobs.get(job);
      if (sending !== undefined) await this.#end(sending, failedResult(new Failure('internal')));
    }
  }
}

/** The destination tells it as it sees it: the limit that is the other side's there is our own here. */
function asSeenHere(progress: JobProgress): JobProgress {
  const { limitedBy } = progress;
  if (limitedBy === 'own-limit') return { ...progress, limitedBy: 'peer-limit' };
  return limitedBy === 'peer-limit' ? { ...progress, limitedBy: 'own-limit' } : progress;
}

function secondsSince(startMs: number): number {
  return Math.max(0, Date.now() - startMs) / 1000;
}
