import type { CopyOptions } from '../../shared/copy-options.ts';
import { DEFAULT_COPY_OPTIONS } from '../../shared/copy-options.ts';
import { Failure, type FailureCode, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobView, OfferView } from '../../shared/job.ts';
import { freeBytes } from '../disk/free-space.ts';
import type { AcceptMode } from '../engine-options.ts';
import type { Link } from '../link/link.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import { MAX_JOBS_PER_PEER } from '../wire/limits.ts';
import type { JobParts } from './job-parts.ts';
import type { ReceivingJobs } from './receiving.ts';

/** An offer nobody answers is declined after ten minutes. */
const OFFER_LIFE_MS = 10 * 60_000;

type OfferMessage = LinkMessageOf<'offer'>;

interface Waiting {
  readonly view: OfferView;
  readonly message: OfferMessage;
  readonly timer: NodeJS.Timeout;
}

/** What paired devices ask to put here, until a person or a rule answers. */
export class Offers {
  readonly #parts: JobParts;
  readonly #receiving: ReceivingJobs;
  readonly #accept: AcceptMode;
  readonly #inbox: string;
  readonly #waiting = new Map<JobId, Waiting>();
  /** Offers that are being looked at: many may come in one piece, and all of them count. */
  readonly #taking = new Map<JobId, DeviceId>();

  constructor(parts: JobParts, receiving: ReceivingJobs, accept: AcceptMode, inbox: string) {
    this.#parts = parts;
    this.#receiving = receiving;
    this.#accept = accept;
    this.#inbox = inbox;
  }

  list(): readonly OfferView[] {
    return [...this.#waiting.values()].map(({ view }) => view);
  }

  /** Takes a message if it is an offer, or about one. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind === 'offer') {
      void this.#take(link, message).catch((error: unknown) => {
        this.#answer(link, message.job, 'declined', toFailure(error).code);
      });
      return true;
    }
    if (message.kind !== 'job-cancel' && message.kind !== 'job-query') return false;
    const waiting = this.#waiting.get(message.job);
    if (waiting === undefined || waiting.view.peer.id !== link.peerId) return false;
    if (message.kind === 'job-cancel') this.#forget(message.job);
    else this.#answer(link, message.job, 'asked');
    return true;
  }

  async #take(link: Link, message: OfferMessage): Promise<void> {
    const { job } = message;
    const { peerId } = link;
    if (this.#receiving.sourceOf(job) === peerId) return this.#answer(link, job, 'accepted');
    if (this.#waiting.get(job)?.view.peer.id === peerId) return this.#answer(link, job, 'asked');
    // The same offer again: the answer to the first one is the answer.
    if (this.#taking.get(job) === peerId) return;
    const isInUse = this.#parts.book.get(job) !== null || this.#waiting.has(job) || this.#taking.has(job);
    if (isInUse) throw new Failure('peer-misbehaved', { reason: 'job id in use' });
    const isOver = this.#countOf(peerId) >= MAX_JOBS_PER_PEER;
    this.#taking.set(job, peerId);
    try {
      await this.#judge(link, message, isOver);
    } finally {
      this.#taking.delete(job);
    }
  }

  async #judge(link: Link, message: OfferMessage, isOver: boolean): Promise<void> {
    const peer = this.#parts.peers.get(link.peerId);
    if (peer === null) return;
    const lookUp = this.#parts.state.jobs.get({ orderer: link.peerId, job: message.job });
    link.holdWhile(lookUp);
    const known = await lookUp;
    // How it ended is told again. One that a restart of ours stopped is pulled anew.
    const hasResult = known !== null && known.view.result !== null;
    if (hasResult) return void (await this.#receiving.tellStored(link, message.job));
    if (isOver) return this.#answer(link, message.job, 'declined', 'declined');
    const rule = peer.acceptAlways;
    const isWithinRule = rule !== null && (rule.maxBytes === null || message.bytes <= rule.maxBytes);
    if (isWithinRule) return await this.#start(link, message, rule.into);
    if (this.#accept === 'paired') return await this.#start(link, message, this.#inbox);
    if (this.#accept === 'none') return this.#answer(link, message.job, 'declined', 'declined');
    await this.#ask(link, message, peer.name);
  }

  /** Jobs of a peer that run, wait for an answer, or are being looked at. */
  #countOf(peer: DeviceId): number {
    const jobs = new Set(this.#receiving.runningOf(peer));
    for (const { job, peer: from } of this.list()) if (from.id === peer) jobs.add(job);
    for (const [job, from] of this.#taking) if (from === peer) jobs.add(job);
    return jobs.size;
  }

  async #ask(link: Link, message: OfferMessage, peerName: string): Promise<void> {
    const expiresMs = Date.now() + OFFER_LIFE_MS;
    const view: OfferView = {
      job: message.job,
      peer: { id: link.peerId, name: peerName },
      names: message.items.map((item) => showPath([fromBytes(item.name)]).path),
      files: message.files,
      bytes: message.bytes,
      complete: message.complete,
      into: this.#inbox,
      freeBytes: await freeBytes(this.#inbox),
      expiresMs,
    };
    const timer = setTimeout(() => this.#decline(message.job, 'expired'), OFFER_LIFE_MS);
    this.#waiting.set(message.job, { view, message, timer });
    this.#answer(link, message.job, 'asked');
    this.#parts.emit({ kind: 'offer-added', offer: view });
  }

  #answer(link: Link, job: JobId, state: 'asked' | 'accepted' | 'declined', code?: FailureCode): void {
    link.send({ kind: 'offer-answer', job, state, ...(code === undefined ? {} : { code }) });
  }

  async #start(link: Link, message: OfferMessage, into: string): Promise<void> {
    await this.#receiving.start(link, message, into, optionsOf(message));
    this.#answer(link, message.job, 'accepted');
  }

  /** Accepts an offer by a prefix of its job. @throws Failure `unknown-job`, `ambiguous`, `peer-gone`. */
  async accept(prefix: string, into: string | null, always: boolean): Promise<JobView> {
    const { view, message } = this.#find(prefix);
    const link = this.#parts.links.get(view.peer.id);
    if (link === null) throw new Failure('peer-gone', { subject: view.peer.name });
    const folder = into ?? this.#inbox;
    if (always) await this.#parts.peers.setAcceptAlways(view.peer.id, { into: folder, maxBytes: null });
    this.#forget(view.job);
    const job = await this.#receiving.start(link, message, folder, optionsOf(message));
    this.#answer(link, view.job, 'accepted');
    return job;
  }

  /** Declines an offer. @throws Failure `unknown-job`, `ambiguous`. */
  decline(prefix: string): OfferView {
    const { view } = this.#find(prefix);
    this.#decline(view.job, 'declined');
    return view;
  }

  #decline(job: JobId, code: 'declined' | 'expired'): void {
    const waiting = this.#waiting.get(job);
    if (waiting === undefined) return;
    this.#forget(job);
    const link = this.#parts.links.get(waiting.view.peer.id);
    if (link !== null) this.#answer(link, job, 'declined', code);
  }

  #find(prefix: string): Waiting {
    const hits = [...this.#waiting.values()].filter(({ view }) => view.job.startsWith(prefix));
    if (hits.length > 1) throw new Failure('ambiguous', { subject: prefix });
    const [hit] = hits;
    if (hit === undefined || prefix === '') throw new Failure('unknown-job', { subject: prefix });
    return hit;
  }

  #forget(job: JobId): void {
    const waiting = this.#waiting.get(job);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(job);
    this.#parts.emit({ kind: 'offer-removed', job });
  }

  /** Trust in a device is gone. */
  revoke(id: DeviceId): void {
    for (const offer of this.list()) if (offer.peer.id === id) this.#forget(offer.job);
  }

  /** Ends all timers; the sources offer again when they come back. */
  stop(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}

/** The orderer's wishes, as this side carries them out. */
function optionsOf({ options }: OfferMessage): CopyOptions {
  return {
    ...DEFAULT_COPY_OPTIONS,
    onConflict: options.onConflict,
    checksum: options.checksum,
    verify: options.verify,
    dryRun: options.dryRun,
    streams: options.streams === 0 ? 'auto' : options.streams,
  };
}
