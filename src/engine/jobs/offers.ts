import type { ConflictPolicy, CopyOptions } from '../../shared/copy-options.ts';
import { DEFAULT_COPY_OPTIONS } from '../../shared/copy-options.ts';
import { Failure, type FailureCode, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobView, OfferView } from '../../shared/job.ts';
import { isWithinHours } from '../../shared/rule-hours.ts';
import { freeBytes } from '../disk/free-space.ts';
import type { AcceptMode } from '../engine-options.ts';
import type { Link } from '../link/link.ts';
import type { PeerRecord } from '../state/records.ts';
import type { PreviewCounts } from '../transfer/pull-preview.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import { MAX_JOBS_PER_PEER } from '../wire/limits.ts';
import type { JobParts } from './job-parts.ts';
import { OfferPreviews } from './offer-preview.ts';
import type { ReceivingJobs } from './receiving.ts';

/** An offer nobody answers is declined after ten minutes. */
const OFFER_LIFE_MS = 10 * 60_000;

/** What is counted of an offer is told at most this often. */
const TELL_MS = 500;
/** Times an offer is looked at: a link may go while it is. */
const MAX_LOOKS = 3;

type OfferMessage = LinkMessageOf<'offer'>;
type Rule = NonNullable<PeerRecord['acceptAlways']>;

interface Waiting {
  view: OfferView;
  readonly message: OfferMessage;
  readonly timer: NodeJS.Timeout;
  /** Nobody is asked yet: when it is counted and no larger than this rule allows, it is accepted by that. */
  rule: Rule | null;
  looks: number;
  isCounted: boolean;
  /** What was counted is to be told. */
  tellTimer: NodeJS.Timeout | null;
  /** By `performance.now()`. */
  toldMs: number;
}

/** How a person takes an offer. */
interface OfferAnswer {
  /** Null is the inbox. */
  readonly into: string | null;
  /** From now on nobody is asked for this device, up to that size; null makes no rule. */
  readonly always: { readonly maxBytes: number | null } | null;
  /** Null is what the source wishes; if that is to ask, it is asked here. */
  readonly onConflict: ConflictPolicy | null;
}

/** What paired devices ask to put here, until a person or a rule answers. */
export class Offers {
  readonly #parts: JobParts;
  readonly #receiving: ReceivingJobs;
  readonly #accept: () => AcceptMode;
  readonly #inbox: () => string;
  readonly #waiting = new Map<JobId, Waiting>();
  readonly #previews: OfferPreviews;
  /** Offers that are being looked at or stored: many may come in one piece, and all of them count. */
  readonly #taking = new Map<JobId, { readonly peerId: DeviceId; readonly settled: Promise<void> }>();

  constructor(parts: JobParts, receiving: ReceivingJobs, accept: () => AcceptMode, inbox: () => string) {
    this.#parts = parts;
    this.#receiving = receiving;
    this.#accept = accept;
    this.#inbox = inbox;
    this.#previews = new OfferPreviews(parts);
  }

  /** Those that a person is asked about. */
  list(): readonly OfferView[] {
    return [...this.#waiting.values()].filter(({ rule }) => rule === null).map(({ view }) => view);
  }

  /** What a data worker tells about an offer; true when it was that. */
  report(report: WorkerReport): boolean {
    return this.#previews.report(report);
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
    const taking = this.#taking.get(message.job);
    if (message.kind === 'job-query' && taking?.peerId === link.peerId) {
      // Its source was restarted meanwhile: that it is unknown would be wrong in a moment.
      link.holdWhile(taking.settled.then(() => this.#answerQuery(link, message)));
      return true;
    }
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
    const waiting = this.#waiting.get(job);
    if (waiting?.view.peer.id === peerId) {
      this.#look(waiting);
      return this.#answer(link, job, 'asked');
    }
    // The same offer again: the answer to the first one is the answer.
    if (this.#taking.get(job)?.peerId === peerId) return;
    const isInUse = this.#parts.book.get(job) !== null || this.#waiting.has(job) || this.#taking.has(job);
    if (isInUse) throw new Failure('peer-misbehaved', { reason: 'job id in use' });
    const isOver = this.#countOf(peerId) >= MAX_JOBS_PER_PEER;
    await this.#taken(message, peerId, () => this.#judge(link, message, isOver));
  }

  /** While `work` takes an offer, the same one coming again is not another one, and questions about it wait. */
  async #taken<Value>({ job }: OfferMessage, peerId: DeviceId, work: () => Promise<Value>): Promise<Value> {
    if (this.#taking.has(job)) return await work();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#taking.set(job, { peerId, settled: promise });
    try {
      return await work();
    } finally {
      this.#taking.delete(job);
      resolve();
    }
  }

  async #answerQuery(link: Link, message: LinkMessageOf<'job-query'>): Promise<void> {
    if (this.#receiving.handle(link, message) || this.handle(link, message)) return;
    await this.#receiving.tellStored(link, message.job);
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
    const asked = this.#receiving.askedAgain.expected(link.peerId, message);
    if (asked !== null) {
      return await asked.settle(this.#accepted(link, message, asked.into, optionsOf(message)));
    }
    const rule = ruleNow(peer);
    if (rule !== null && isWithin(rule, message.bytes)) {
      // What is still being counted may turn out to be more than the rule allows.
      const isSure = message.complete || rule.maxBytes === null;
      if (isSure) return await this.#start(link, message, rule.into, rule.maxBytes);
      return await this.#ask(link, message, peer.name, rule);
    }
    if (this.#accept() === 'paired') return await this.#start(link, message, this.#inbox(), null);
    if (this.#accept() === 'none') return this.#answer(link, message.job, 'declined', 'declined');
    await this.#ask(link, message, peer.name, null);
  }

  /** Jobs of a peer that run, wait for an answer, or are being looked at. */
  #countOf(peer: DeviceId): number {
    const jobs = new Set(this.#receiving.runningOf(peer));
    for (const [job, { view }] of this.#waiting) if (view.peer.id === peer) jobs.add(job);
    for (const [job, { peerId }] of this.#taking) if (peerId === peer) jobs.add(job);
    return jobs.size;
  }

  /** Looks at an offer and, unless `rule` settles it, asks a person. */
  async #ask(link: Link, message: OfferMessage, peerName: string, rule: Rule | null): Promise<void> {
    const expiresMs = Date.now() + OFFER_LIFE_MS;
    const earlier = await this.#receiving.askedAgain.earlierFolder(link.peerId, message);
    const into = rule?.into ?? earlier ?? this.#inbox();
    const view: OfferView = {
      job: message.job,
      peer: { id: link.peerId, name: peerName },
      names: message.items.map((item) => showPath([fromBytes(item.name)]).path),
      files: message.files,
      bytes: message.bytes,
      complete: message.complete,
      into,
      freeBytes: await freeBytes(into),
      clashes: null,
      expiresMs,
    };
    const timer = setTimeout(() => this.#decline(message.job, 'expired'), OFFER_LIFE_MS);
    const waiting: Waiting = {
      ...{ view, message, timer, rule },
      ...{ looks: 0, isCounted: false, tellTimer: null, toldMs: Number.NEGATIVE_INFINITY },
    };
    this.#waiting.set(message.job, waiting);
    this.#answer(link, message.job, 'asked');
    if (rule === null) this.#show(waiting);
    this.#look(waiting);
  }

  /** A person is asked from now on, or sees what is known now. */
  #show(waiting: Waiting): void {
    waiting.rule = null;
    waiting.toldMs = performance.now();
    this.#parts.emit({ kind: 'offer-added', offer: waiting.view });
  }

  /** Has an offer counted and compared, unless it was. */
  #look(waiting: Waiting): void {
    if (waiting.isCounted || waiting.looks >= MAX_LOOKS) return;
    waiting.looks += 1;
    const { message, view } = waiting;
    this.#previews.start(message, view.peer.id, view.into, {
      onCounted: (counts) => this.#counted(waiting, counts),
      onEnded: () => this.#looked(waiting),
    });
  }

  #counted(waiting: Waiting, counts: PreviewCounts): void {
    const { message, view } = waiting;
    const { files, bytes, same, differ, complete, preflight } = counts;
    waiting.isCounted = complete;
    waiting.view = {
      ...view,
      files: complete ? files : Math.max(files, message.files),
      bytes: complete ? bytes : Math.max(bytes, message.bytes),
      complete: complete || message.complete,
      clashes: { same, differ, complete },
      preflight,
    };
    if (waiting.rule !== null && !isWithin(waiting.rule, bytes)) this.#show(waiting);
    else if (waiting.rule === null) this.#tellLater(waiting);
  }

  /** What could be known of an offer is known. */
  #looked(waiting: Waiting): void {
    const { rule, isCounted, view, message } = waiting;
    if (rule === null || this.#waiting.get(view.job) !== waiting) return;
    const link = this.#parts.links.get(view.peer.id);
    if (!isCounted) this.#show(waiting);
    // It is offered again by a source that comes back.
    else this.#forget(view.job);
    if (!isCounted || link === null) return;
    this.#start(link, message, rule.into, rule.maxBytes).catch((error: unknown) => {
      this.#answer(link, view.job, 'declined', toFailure(error).code);
    });
  }

  #tellLater(waiting: Waiting): void {
    const waitMs = Math.max(0, waiting.toldMs + TELL_MS - performance.now());
    waiting.tellTimer ??= setTimeout(() => void this.#tell(waiting), waitMs);
  }

  async #tell(waiting: Waiting): Promise<void> {
    const free = await freeBytes(waiting.view.into);
    waiting.tellTimer = null;
    if (this.#waiting.get(waiting.view.job) !== waiting) return;
    waiting.view = { ...waiting.view, freeBytes: free };
    this.#show(waiting);
  }

  #answer(link: Link, job: JobId, state: 'asked' | 'accepted' | 'declined', code?: FailureCode): void {
    // The one it came by may have been lost meanwhile.
    const now = this.#parts.links.get(link.peerId) ?? link;
    now.tell({ kind: 'offer-answer', job, state, ...(code === undefined ? {} : { code }) });
  }

  /** Without a person; what comes may then be no more than `maxBytes`. */
  async #start(link: Link, message: OfferMessage, into: string, maxBytes: number | null): Promise<void> {
    await this.#accepted(link, message, into, unaskedOptionsOf(message), maxBytes);
  }

  async #accepted(
    link: Link,
    message: OfferMessage,
    into: string,
    options: CopyOptions,
    maxBytes: number | null = null,
  ): Promise<JobView> {
    return await this.#taken(message, link.peerId, async () => {
      const view = await this.#receiving.start(link, message, into, options, { maxBytes });
      this.#answer(link, message.job, 'accepted');
      return view;
    });
  }

  /**
   * Accepts an offer by a prefix of its job. Absent answers are as the contract of `offers.accept` says.
   * @throws Failure `unknown-job`, `ambiguous`, `peer-gone`.
   */
  async accept(prefix: string, answer: OfferAnswer): Promise<JobView> {
    const { view, message } = this.#find(prefix);
    const link = this.#parts.links.get(view.peer.id);
    if (link === null) throw new Failure('peer-gone', { subject: view.peer.name });
    const { always } = answer;
    const into = answer.into ?? view.into;
    if (always !== null) await this.#parts.peers.setAcceptAlways(view.peer.id, { into, ...always });
    this.#forget(view.job);
    const options = optionsOf(message);
    const onConflict = answer.onConflict ?? options.onConflict;
    return await this.#accepted(link, message, into, { ...options, onConflict });
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
    const hits = [...this.#waiting.values()].filter(
      ({ view, rule }) => rule === null && view.job.startsWith(prefix),
    );
    if (hits.length > 1) throw new Failure('ambiguous', { subject: prefix });
    const [hit] = hits;
    if (hit === undefined || prefix === '') throw new Failure('unknown-job', { subject: prefix });
    return hit;
  }

  #forget(job: JobId): void {
    const waiting = this.#waiting.get(job);
    if (waiting === undefined) return;
    this.#waiting.delete(job);
    stopTimers(waiting);
    this.#previews.stop(job);
    if (waiting.rule === null) this.#parts.emit({ kind: 'offer-removed', job });
  }

  /** Trust in a device is gone. */
  revoke(id: DeviceId): void {
    for (const { view } of [...this.#waiting.values()]) if (view.peer.id === id) this.#forget(view.job);
  }

  /** Ends all timers; the sources offer again when they come back. */
  stop(): void {
    this.#previews.stopAll();
    for (const waiting of this.#waiting.values()) stopTimers(waiting);
    this.#waiting.clear();
  }
}

function stopTimers({ timer, tellTimer }: Waiting): void {
  clearTimeout(timer);
  if (tellTimer !== null) clearTimeout(tellTimer);
}

/** The rule for this device, at the hours at which it holds. */
function ruleNow({ acceptAlways: rule }: PeerRecord): Rule | null {
  return rule !== null && isWithinHours(rule.hours ?? null, new Date()) ? rule : null;
}

function isWithin({ maxBytes }: Rule, bytes: number): boolean {
  return maxBytes === null || bytes <= maxBytes;
}

/** The orderer's wishes, as this side carries them out. */
function optionsOf({ options, limit }: OfferMessage): CopyOptions {
  return {
    ...DEFAULT_COPY_OPTIONS,
    limitBytesPerSecond: limit ?? null,
    onConflict: options.onConflict,
    checksum: options.checksum,
    reuse: options.reuse,
    delta: options.delta,
    verify: options.verify,
    dryRun: options.dryRun,
    streams: options.streams === 0 ? 'auto' : options.streams,
  };
}

/** The same where nobody is there to be asked: nothing is lost, and nothing waits for ever. */
export function unaskedOptionsOf(message: OfferMessage): CopyOptions {
  const options = optionsOf(message);
  return options.onConflict === 'ask' ? { ...options, onConflict: 'keep-both' } : options;
}
