import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { CancelKeep, JobView } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { JobRecord, PeerRecord } from '../state/records.ts';
import { failedResult } from '../transfer/failed-result.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import { GrantAsker } from './ask-grant.ts';
import { choosePaths } from './chosen.ts';
import { goneAt } from './gone-job.ts';
import { heardEnd } from './heard-end.ts';
import { inBackground } from './in-background.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { newJobId } from './new-job-id.ts';
import { isPartOf, notPaired, refusalAt, secureGrant, tellElsewhere } from './order-sending.ts';
import type { PageJob } from './page-job.ts';
import { PauseWishes } from './pause-wishes.ts';
import { reachDestination } from './reach-destination.ts';
import { Repeats } from './repeats.ts';
import { SendCodes } from './send-codes.ts';
import { type Chosen, newSending, type Sending } from './sending-job.ts';
import { showAsTold, showAway } from './show-sending.ts';
import { SilentJobs } from './silent-jobs.ts';
import { SourceGrants } from './source-grants.ts';
import { acceptedOf, mirrorOf } from './source-mirror.ts';
import { newSourceRecord } from './source-records.ts';

/** Jobs this device is the source or the orderer of: offers, orders, grants, mirrors of what the destination does. */
export class SendingJobs {
  readonly #parts: JobParts;
  readonly #jobs = new Map<JobId, Sending>();
  readonly #codes: SendCodes;
  readonly #wishes: PauseWishes;
  readonly #grants: SourceGrants;
  readonly #silent: SilentJobs;
  /** Asks the sources of orders for rights. */
  readonly asker: GrantAsker;
  /** Earlier jobs that are ordered once more, here or by their destination. */
  readonly repeats: Repeats;

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#codes = new SendCodes(parts.invites);
    this.#wishes = new PauseWishes(parts);
    this.#grants = new SourceGrants(parts);
    this.#silent = new SilentJobs(
      parts,
      () => this.list(),
      (...silent) => this.#speak(...silent),
    );
    this.asker = new GrantAsker(parts);
    this.repeats = new Repeats(parts, (...order) => this.offer(...order));
  }

  /** Offers the paths to a paired device. @throws Failure `no-such-path`, `unreadable`, `usage`. */
  async send(
    paths: readonly string[],
    peer: PeerRecord,
    options: CopyOptions,
    group: JobId | null = null,
    isForSeveral = false,
  ): Promise<JobView> {
    return await this.offer(await choosePaths(this.#parts.pool, paths, isForSeveral), peer, options, group);
  }

  /** What a job of ours has of a page; null when it is none of those, or has ended. */
  pageOf(job: JobId): PageJob | null {
    return this.#jobs.get(job)?.page ?? null;
  }

  /** Offers what was chosen; what a page holds waits for that page. */
  async offer(
    chosen: Chosen,
    peer: PeerRecord,
    options: CopyOptions,
    group: JobId | null = null,
  ): Promise<JobView> {
    const sending = await this.#prepare(chosen, options, { id: peer.id, name: peer.name }, group);
    await this.#grants.give(sending, peer.id);
    void this.#reach(sending);
    return sending.live.view;
  }

  /** Waits for one device that presents the code. @throws as `send`. */
  async sendWithCode(
    paths: readonly string[],
    options: CopyOptions,
  ): Promise<{ job: JobView; code: string; expires: number }> {
    const sending = await this.#prepare(await choosePaths(this.#parts.pool, paths), options, null);
    return { job: sending.live.view, ...this.#codes.issue(sending.live.key.job) };
  }

  /** A device has shown the right code: it gets the grant and the job. */
  async redeemed(link: Link, codeId: string): Promise<void> {
    const job = this.#codes.take(codeId);
    const sending = job === null ? undefined : this.#jobs.get(job);
    if (sending === undefined || sending.pullerId !== null) {
      link.close(new Failure('expired'));
      return;
    }
    await this.#grants.give(sending, link.peerId);
    link.admitJob(sending.live.key.job);
    sending.isAccepted = true;
    const peer = { id: link.peerId, name: link.peerHello.name };
    this.#parts.book.update(sending.live, { peer, state: 'running', waitingFor: null });
    link.tell({ kind: 'redeemed', ...this.#grants.describe(sending) });
  }

  has(job: JobId): boolean {
    return this.#jobs.has(job);
  }

  /** Whether nobody has answered yet, so that nothing of it is anywhere. */
  isUnanswered(job: JobId): boolean {
    return this.#jobs.get(job)?.isAccepted === false;
  }

  /** Jobs an unpaired device drives: those it holds a grant for. */
  *jobsOf(id: DeviceId): Iterable<JobId> {
    for (const [job, { pullerId }] of this.#jobs) if (pullerId === id) yield job;
  }

  async #prepare(
    chosen: Chosen,
    options: CopyOptions,
    peer: JobView['peer'],
    group: JobId | null = null,
  ): Promise<Sending> {
    const { ownId, book, pool } = this.#parts;
    const { items, page, repeats = null } = chosen;
    const job = newJobId(pool, group);
    const about = { ownId, job, group, items, isOfPage: page !== null, peer, options, repeats };
    const live = await book.create(newSourceRecord(about));
    const sending = newSending(live, chosen, options);
    this.#jobs.set(job, sending);
    return sending;
  }

  /** Takes an order: ours, or one of another device on our shares. @throws as `JobBook.create`. */
  async take(record: JobRecord, pullerId: DeviceId, make: (live: LiveJob) => Sending): Promise<Sending> {
    const sending = make(await this.#parts.book.create(record));
    this.#jobs.set(record.job, sending);
    await this.#grants.give(sending, pullerId);
    const isOurs = record.orderer === this.#parts.ownId;
    if (isOurs) void this.#reach(sending);
    else this.#parts.links.get(pullerId)?.admitJob(record.job);
    return sending;
  }

  /** A job that has not ended. */
  get(job: JobId): Sending | null {
    return this.#jobs.get(job) ?? null;
  }

  list(): readonly Sending[] {
    return [...this.#jobs.values()];
  }

  /** Ends a job that cannot be or may not be any more. */
  async fail(sending: Sending, failure: Failure): Promise<void> {
    await this.#end(sending, failedResult(failure));
  }

  /** Goes on with a job that an earlier run of the engine was the source of. */
  takeUp(sending: Sending, pullerId: DeviceId): void {
    const { live } = sending;
    sending.pullerId = pullerId;
    this.#jobs.set(live.key.job, sending);
    if (live.view.pausedBy === null) showAway(this.#parts.book, sending);
    this.#grants.serve(sending, pullerId);
    if (this.#parts.peers.has(pullerId)) void this.#parts.listening.then(() => this.#reach(sending));
  }

  /** Links to the destination and offers, or asks how it goes; tries until the job ends. */
  async #reach(sending: Sending): Promise<void> {
    if (sending.pullerId === null) return;
    await reachDestination(this.#parts, sending, sending.pullerId, {
      onLink: (link) => this.#speak(sending, link),
      // Its connections may look alive for long: a machine that sleeps says no goodbye.
      onAway: () => showAway(this.#parts.book, sending),
    });
  }

  #speak(sending: Sending, link: Link): void {
    const { job } = sending.live.key;
    if (!sending.isAccepted && this.#parts.gate.holds(sending.live)) return;
    if (sending.isAccepted) {
      link.tell({ kind: 'job-query', job });
      this.#wishes.tell(job, link);
      return;
    }
    if (sending.order !== null) return inBackground(this.#order(sending, link), this.#parts.log);
    showAsTold(this.#parts.book, sending, { state: 'waiting', waitingFor: 'approval', pausedBy: null });
    link.tell({ kind: 'offer', ...this.#grants.describe(sending) });
  }

  /** Gives an order; nobody is asked about it. Its source must have given the right by then. */
  async #order(sending: Sending, link: Link): Promise<void> {
    const refusal = await secureGrant(this.#parts, this.asker, sending);
    if (refusal !== null) return await this.fail(sending, refusal);
    if (sending.isAccepted || link.isClosed || !this.has(sending.live.key.job)) return;
    showAsTold(this.#parts.book, sending, { state: 'preparing', waitingFor: null, pausedBy: null });
    link.tell({ kind: 'offer', ...this.#grants.describe(sending) });
  }

  /** The page that holds a job's files came or went. */
  pageChanged(job: JobId, isThere: boolean): void {
    const sending = this.#jobs.get(job);
    if (sending?.page === null || sending === undefined) return;
    sending.page.isAway = !isThere;
    if (!isThere) showAsTold(this.#parts.book, sending, {});
    else if (sending.live.view.waitingFor === 'page') this.#askAgain(sending);
  }

  /** What nobody has heard of is offered after all. False: it is none of those. */
  offerHeld(job: JobId): boolean {
    const sending = this.#jobs.get(job);
    if (sending === undefined || sending.isAccepted) return false;
    this.#askAgain(sending);
    return true;
  }

  /** Only the destination knows what else a job waits for. */
  #askAgain(sending: Sending): void {
    const { links, book } = this.#parts;
    const link = sending.pullerId === null ? null : links.get(sending.pullerId);
    if (link === null) book.update(sending.live, { state: 'waiting', waitingFor: 'peer', pausedBy: null });
    else this.#speak(sending, link);
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
      if (sending.streams === 0) showAway(this.#parts.book, sending);
      if (this.#parts.peers.has(id)) void this.#reach(sending);
    }
  }

  /** Data connections of a job came or went. */
  streamsChanged(job: JobId, streams: number): void {
    const sending = this.#jobs.get(job);
    if (sending === undefined) return;
    sending.streams = streams;
    const { pullerId } = sending;
    if (streams > 0) return this.#grants.used(sending);
    if (pullerId === null || this.#parts.links.get(pullerId) === null) showAway(this.#parts.book, sending);
  }

  /** Takes a message about a job of ours; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind === 'refused' && message.code === 'not-paired') this.#refused(link.peerId);
    if (this.asker.handle(link, message)) return true;
    if (!('job' in message)) return false;
    if (this.repeats.handle(link, message)) return true;
    const sending = this.#jobs.get(message.job);
    if (sending === undefined) return false;
    if (message.kind === 'job-cancel' && sending.live.key.orderer === link.peerId) {
      this.#parts.book.update(sending.live, { cancelledBy: 'peer' });
      inBackground(this.fail(sending, new Failure(message.reason)), this.#parts.log);
      return true;
    }
    if (sending.pullerId !== link.peerId) return false;
    this.#silent.heard(message.job);
    switch (message.kind) {
      case 'offer-answer':
        this.#answered(sending, message, link);
        return true;
      case 'job-update':
        sending.knownIn = link.peerHello.epoch;
        this.#grants.used(sending);
        showAsTold(this.#parts.book, sending, mirrorOf(message));
        this.#wishes.seen(message, link);
        return true;
      case 'job-ended':
        this.#parts.book.update(sending.live, { cancelledBy: 'peer' });
        inBackground(this.#heardEnd(sending, link, message), this.#parts.log);
        return true;
      case 'job-unknown':
        inBackground(this.#forgotten(sending, link, message.epoch), this.#parts.log);
        return true;
      case 'dial-me':
        this.#dialPuller(sending, link, message.streams);
        return true;
      default:
        return false;
    }
  }

  /** The destination does not know the job. A paired one that has lost it is offered it again. */
  async #forgotten(sending: Sending, link: Link, epoch: string): Promise<void> {
    // Its orderer orders it again.
    if (!sending.isAccepted || sending.order?.kind === 'given') return;
    const gone = goneAt(sending, link.peerHello.name, epoch, this.#parts.peers.has(link.peerId));
    if (gone !== null) return await this.#end(sending, failedResult(gone));
    sending.isAccepted = false;
    this.#wishes.again(sending.live);
    // It lists from the beginning again.
    await this.#grants.renew(sending, link.peerId);
    if (!link.isClosed) this.#speak(sending, link);
  }

  #answered(sending: Sending, message: LinkMessageOf<'offer-answer'>, link: Link): void {
    switch (message.state) {
      case 'asked':
        showAsTold(this.#parts.book, sending, { state: 'waiting', waitingFor: 'approval' });
        return;
      case 'accepted': {
        sending.isAccepted = true;
        this.#grants.accepted(sending).catch((error: unknown) => {
          this.#parts.log('error', 'grant-not-armed', { failure: toFailure(error).toData() });
        });
        showAsTold(this.#parts.book, sending, acceptedOf(sending.live.view));
        this.#wishes.tell(message.job, link);
        return;
      }
      case 'declined':
        tellElsewhere(this.#parts.links, sending);
        inBackground(this.fail(sending, refusalAt(link, sending, message)), this.#parts.log);
    }
  }

  #dialPuller({ live }: Sending, link: Link, streams: number): void {
    const { job } = live.key;
    const at = { host: link.remoteHost, port: link.peerHello.port };
    this.#parts.pool.post(job, { kind: 'dial-puller', job, addresses: [at], streams });
  }

  async #end(sending: Sending, result: NonNullable<JobView['result']>): Promise<void> {
    const { job } = sending.live.key;
    this.#jobs.delete(job);
    this.#wishes.forget(job);
    this.#codes.end(job);
    // Asked for in one turn, so written in one transaction: a job that has not ended has its grant.
    await Promise.all([this.#grants.end(sending), this.#parts.book.end(sending.live, result)]);
  }

  /** Acknowledged only once it is written down: until then the destination is the only one that knows. */
  async #heardEnd(sending: Sending, link: Link, message: LinkMessageOf<'job-ended'>): Promise<void> {
    await this.#end(sending, heardEnd(sending, message.result));
    link.tell({ kind: 'job-ended-ack', job: message.job });
  }

  /**
   * Has the destination stop for now, or go on; resolves when it does. False when the job is not ours.
   * @throws Failure `usage` before anybody has accepted it; `timeout`.
   */
  async pause(job: JobId, isPaused: boolean): Promise<boolean> {
    const sending = this.#jobs.get(job);
    if (sending === undefined) return false;
    if (!sending.isAccepted) throw new Failure('usage', { reason: 'nobody has accepted it yet' });
    const link = sending.pullerId === null ? null : this.#parts.links.get(sending.pullerId);
    await this.#wishes.wish(sending.live, isPaused ? 'pause' : 'resume', link);
    return true;
  }

  /** Ends a job from here; the destination is told where it can be. False when it is not ours. */
  async stop(job: JobId, reason: 'cancelled' | 'interrupted', keep: CancelKeep): Promise<boolean> {
    const sending = this.#jobs.get(job);
    if (sending === undefined) return false;
    const link = sending.pullerId === null ? null : this.#parts.links.get(sending.pullerId);
    link?.tell({ kind: 'job-cancel', job, reason, keep });
    if (reason === 'cancelled') tellElsewhere(this.#parts.links, sending);
    this.#parts.book.update(sending.live, { cancelledBy: 'here' });
    const seconds = Math.max(0, Date.now() - sending.live.view.createdMs) / 1000;
    await this.#end(sending, failedResult(new Failure(reason), seconds));
    return true;
  }

  /** A device we are paired with has forgotten us: what is offered to it can never be taken. */
  #refused(id: DeviceId): void {
    if (this.#parts.peers.has(id)) inBackground(this.revoke(id), this.#parts.log);
  }

  /** Trust in a device is gone: its grants die now. */
  async revoke(id: DeviceId): Promise<void> {
    for (const sending of [...this.#jobs.values()]) {
      if (isPartOf(sending, id)) await this.fail(sending, notPaired(sending, id));
    }
  }

  /** Jobs of a data worker that died: another one serves them from the beginning, a few times. */
  lost(jobs: readonly JobId[], isReplaced: boolean): void {
    for (const job of jobs) {
      const sending = this.#jobs.get(job);
      if (sending === undefined || (isReplaced && this.#grants.serveAgain(sending))) continue;
      inBackground(this.fail(sending, new Failure('internal')), this.#parts.log);
    }
  }
}
