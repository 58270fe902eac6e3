import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { CancelKeep, JobResult, JobView } from '../../shared/job.ts';
import { findMount } from '../disk/mount-point.ts';
import type { Link } from '../link/link.ts';
import type { JobRecord } from '../state/records.ts';
import { failedResult } from '../transfer/failed-result.ts';
import type { ClashAnswer } from '../transfer/held-clashes.ts';
import type { PullResume, StopReason } from '../transfer/pull-order.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { adoptParts } from './adopt-parts.ts';
import { AskedAgain } from './asked-again.ts';
import { newDestinationRecord, orderOf, storedPullOf } from './destination-records.ts';
import { endOfPull, noteRefusal } from './end-of-pull.ts';
import { SourceFollower } from './follow-source.ts';
import { inBackground } from './in-background.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { JobQueue } from './job-queue.ts';
import type { Described } from './new-pull-view.ts';
import { PullState } from './pull-state.ts';
import { reachSource } from './reach-source.ts';
import {
  mayDrive,
  NO_ENDS,
  newReceiving,
  type PullEnds,
  type PullWishes,
  type Receiving,
  wireTotal,
  writtenResult,
} from './receiving-job.ts';
import { addressesOf } from './source-addresses.ts';
import { PullSteering } from './steer-pulls.ts';
import { storedTrouble } from './stored-trouble.ts';
import { SourceTeller } from './tell-source.ts';
import { tidyParts } from './tidy-parts.ts';
import { VerifyingJobs } from './verifying.ts';
import { WorkerDeaths } from './worker-deaths.ts';

/** Jobs this device is the destination of: it pulls, and tells the source how it goes. */
export class ReceivingJobs {
  readonly #parts: JobParts;
  readonly #jobs = new Map<JobId, Receiving>();
  readonly #state: PullState;
  readonly #teller: SourceTeller;
  readonly #follower: SourceFollower;
  readonly #queue: JobQueue;
  readonly #deaths = new WorkerDeaths();
  readonly verifying: VerifyingJobs;
  readonly #steering: PullSteering<Receiving>;
  readonly askedAgain: AskedAgain;

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#state = new PullState(parts);
    this.#teller = new SourceTeller(parts);
    this.verifying = new VerifyingJobs(parts);
    this.#follower = new SourceFollower(parts, this.#teller);
    this.askedAgain = new AskedAgain(parts);
    this.#queue = new JobQueue({
      onTurn: (job) => parts.pool.post(job, { kind: 'hold-pull', job, isHeld: false }),
      onHold: (job) => parts.pool.post(job, { kind: 'hold-pull', job, isHeld: true }),
      onPlace: (job, place) => this.#queuedAt(job, place),
    });
    this.#steering = new PullSteering(parts, {
      order: (receiving, resume) => this.#order(receiving, resume),
      onStuck: (job) => this.#queue.heard(job, 'disk'),
      onEnded: (receiving, result) => this.#ended(receiving, result),
      onNews: (receiving) => this.#tell(receiving),
      resumeOf: ({ live }, isPaused) => this.#state.resumeOf(live, isPaused),
    });
  }

  /** Who a job comes from; null for one that is not received here. */
  sourceOf(job: JobId): DeviceId | null {
    return this.#jobs.get(job)?.sourceId ?? null;
  }

  /** Who ordered a job; null for one that is not received here. */
  ordererOf(job: JobId): DeviceId | null {
    return this.#jobs.get(job)?.record.orderer ?? null;
  }

  /** Orders that have not ended, and who gave them. */
  *orders(): Iterable<Pick<Receiving, 'record' | 'stored' | 'ends'>> {
    for (const receiving of this.#jobs.values()) {
      if (receiving.result === null && receiving.stored.share !== undefined) yield receiving;
    }
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

  /**
   * Begins to pull a selection, when it is its turn or, if it is urgent, at once; what an earlier run of the job
   * left is taken up. `options` are this side's; the policy is settled with it.
   */
  async start(
    link: Link,
    described: Described,
    into: string,
    options: CopyOptions,
    wishes: PullWishes = {},
  ): Promise<JobView> {
    const { links, peers } = this.#parts;
    const peer = { id: link.peerId, name: peers.get(link.peerId)?.name ?? link.peerHello.name };
    const addresses = addressesOf(link, described.dataPort);
    const mountPoint = (await findMount(Buffer.from(into)))?.point ?? null;
    const record = newDestinationRecord({ described, peer, addresses, into, options, mountPoint, ...wishes });
    return await this.startOrder(record, NO_ENDS, links.get(link.peerId) ?? link);
  }

  /** Begins what a record says; `ends` are the shares it is in. @throws as `JobBook.create`. */
  async startOrder(record: JobRecord, ends: PullEnds, link: Link | null = null): Promise<JobView> {
    const { book, state, links } = this.#parts;
    const earlier = await state.jobs.get(record);
    const live = await book.create(record);
    const resume =
      earlier === null
        ? await adoptParts(this.#parts, live, record)
        : await this.#state.resumeOf({ ...live, view: earlier.view }, false);
    const receiving = this.#add(live, record, link === null ? 0 : wireTotal(link), ends);
    links.get(receiving.sourceId)?.admitJob(record.job);
    this.#order(receiving, resume);
    this.#reach(receiving);
    return live.view;
  }

  #reach(receiving: Receiving): void {
    const { ownId, links } = this.#parts;
    const link = links.get(receiving.sourceId);
    if (link !== null) this.#follower.followTo(receiving, link);
    else if (receiving.sourceId !== ownId) void reachSource(this.#parts, receiving);
  }

  /** Takes up a stored job as it was when its engine ended. False where what is stored is not enough. */
  async restore(record: JobRecord, ends: PullEnds = NO_ENDS): Promise<boolean> {
    const stored = storedPullOf(record.resume);
    if (stored === null || this.#jobs.has(record.job)) return false;
    const { pausedBy } = record.view;
    const live = this.#parts.book.adopt(record);
    const trouble = pausedBy === null ? storedTrouble(record.view) : null;
    const waitingFor = pausedBy === null ? 'peer' : 'paused';
    if (trouble === null) this.#parts.book.update(live, { state: 'waiting', waitingFor });
    const receiving = this.#add(live, record, 0, ends);
    receiving.pausedBy = pausedBy;
    await this.#steering.goOn(receiving, trouble);
    this.#reach(receiving);
    return true;
  }

  #add(live: LiveJob, record: JobRecord, wireStart: number, ends: PullEnds): Receiving {
    const receiving = newReceiving(live, record, { ownId: this.#parts.ownId, wireStart, ends });
    this.#jobs.set(record.job, receiving);
    this.#queue.enter(record.job, record.orderer, receiving.stored.isUrgent ?? false);
    return receiving;
  }

  #order(receiving: Receiving, resume: PullResume | null): void {
    const { record, stored, addresses, sourceId, ends } = receiving;
    receiving.isStuck = false;
    const { settings, ways } = this.#parts;
    const { limitBytesPerSecond } = settings();
    const bestStreams = ways.findAt(sourceId, addresses)?.streams ?? null;
    const isHeld = !this.#queue.isMoving(record.job);
    const isMine = this.#parts.peers.get(sourceId)?.trust === 'mine';
    const now = { addresses, limitBytesPerSecond, isHeld, bestStreams, resume, isMine, ends };
    const order = orderOf(record, stored, now);
    this.#parts.pool.post(record.job, { kind: 'pull', order });
  }

  /** What the data worker tells about a pull. */
  report(report: WorkerReport): void {
    if (this.verifying.report(report)) return;
    const receiving = report.job === null ? undefined : this.#jobs.get(report.job);
    if (receiving === undefined) return;
    const { book } = this.#parts;
    switch (report.kind) {
      case 'pull-state': {
        const { job, state, waitingFor } = report;
        this.#queue.heard(job, waitingFor);
        // Then its place says it, or it goes on at once.
        if (waitingFor === 'turn') return;
        const pausedBy = waitingFor === 'paused' ? receiving.pausedBy : null;
        book.update(receiving.live, { state, waitingFor, pausedBy });
        this.#follower.reachElsewhere(receiving);
        this.#tell(receiving);
        return;
      }
      case 'pull-question':
        book.update(receiving.live, { question: report.question });
        this.#tell(receiving);
        return;
      case 'pull-progress':
        book.update(receiving.live, { progress: report.progress });
        this.#teller.progress(receiving, false);
        return;
      case 'pull-parts':
        this.#state.keepParts(receiving.live, report.paths, report.isAll);
        return;
      case 'pull-receipts':
        this.#state.keepReceipts(receiving.live, report.receipts);
        return;
      case 'pull-claimed':
      case 'pull-unclaimed':
        this.#state.claim(receiving.live, report);
        return;
      case 'pull-learned':
        this.#parts.ways.learnedAt(receiving.sourceId, receiving.addresses, report);
        return;
      case 'pull-suspended':
        this.#steering.suspended(receiving, report.again, report.trouble);
        return;
      case 'pull-unreachable':
        this.#follower.askToBeDialled(receiving);
        return;
      case 'pull-ended':
        inBackground(this.#ended(receiving, report.result), this.#parts.log);
        return;
      default:
        return;
    }
  }

  #queuedAt(job: JobId, queuePlace: number | null): void {
    const receiving = this.#jobs.get(job);
    if (receiving === undefined) return;
    const waiting = { state: 'waiting', waitingFor: 'turn', pausedBy: null } as const;
    const isShown = queuePlace === null || receiving.live.view.waitingFor === 'turn';
    this.#parts.book.update(receiving.live, { queuePlace, ...(isShown ? {} : waiting) });
    this.#tell(receiving);
  }

  #tell(receiving: Receiving): void {
    this.#teller.progress(receiving, true);
    this.#steering.control.wake(receiving);
  }

  /** Moves a queued job before another one; null is to the end. @throws Failure `usage` when it is not queued. */
  reorder(job: JobId, before: JobId | null): void {
    this.#queue.move(job, before);
  }

  /** A link came up: a source that was lost may be at another address now. */
  linked(link: Link): void {
    for (const receiving of this.#jobs.values()) {
      if (receiving.sourceId === link.peerId && receiving.result === null)
        this.#follower.followTo(receiving, link);
    }
  }

  /** The last link to a device is gone. */
  unlinked(id: DeviceId): void {
    for (const receiving of this.#jobs.values()) {
      if (receiving.sourceId === id && receiving.result === null) this.#follower.lost(receiving);
    }
  }

  async #ended(receiving: Receiving, pulled: JobResult): Promise<void> {
    const link = this.#parts.links.get(receiving.sourceId);
    const ended = endOfPull(receiving, pulled, link);
    // The source shows the last progress too, also of a job that did not get to its end.
    this.#teller.progress(receiving, true);
    const { job } = receiving.live.key;
    this.#steering.release(receiving);
    this.#queue.leave(job);
    const isToVerify = receiving.record.options.verify && !receiving.stored.dryRun;
    const result = isToVerify
      ? await this.verifying.prove(receiving.live, ended, () => this.#teller.progress(receiving, false))
      : ended;
    if (result === null) return;
    receiving.result = result;
    this.#steering.control.wake(receiving);
    await this.#parts.book.end(receiving.live, result, () => this.#teller.progress(receiving, true));
    await this.#state.left(receiving.live, result);
    // Nobody but us has to know.
    if (receiving.untold.size === 0) this.#jobs.delete(job);
    await this.#teller.end(receiving, result, () => this.#jobs.get(job) === receiving);
  }

  /** Takes a message about a pull of ours; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    if (this.verifying.handle(link, message) || this.askedAgain.handle(link, message)) return true;
    if (!('job' in message)) return false;
    const receiving = this.#jobs.get(message.job);
    if (receiving === undefined || !mayDrive(receiving, link.peerId)) return false;
    switch (message.kind) {
      case 'job-cancel': {
        const keep = message.reason === 'interrupted' ? 'parts' : (message.keep ?? 'parts');
        this.#steering.stop(receiving, message.reason, keep, 'peer');
        return true;
      }
      case 'job-pause':
      case 'job-resume':
        this.#steering.switchTo(receiving, message.kind === 'job-pause', 'peer');
        return true;
      case 'job-reorder':
        this.#queue.moveForSource(link.peerId, message.job, message.before);
        return true;
      case 'job-query':
        this.#teller.answer(receiving, link, writtenResult(receiving, this.#parts.book));
        return true;
      case 'job-ended-ack':
        if (receiving.result !== null) this.#acknowledged(receiving, link.peerId);
        return true;
      default:
        return false;
    }
  }

  /** As `SourceTeller.stored`. */
  tellStored(link: Link, job: JobId): Promise<boolean> {
    return this.#teller.stored(link, job);
  }

  #acknowledged(receiving: Receiving, by: DeviceId): void {
    receiving.untold.delete(by);
    if (receiving.untold.size === 0) this.#jobs.delete(receiving.live.key.job);
    if (by !== receiving.record.orderer) return;
    this.#parts.state.jobs.acknowledge(receiving.live.key, Date.now()).catch((error: unknown) => {
      this.#parts.log('error', 'job-not-acknowledged', { failure: toFailure(error).toData() });
    });
  }

  /** Whether every result has reached its source, so that a host may leave. */
  get isSettled(): boolean {
    return [...this.#jobs.values()].every(({ result }) => result === null);
  }

  /** Ends a job from here, or because it may not be any more. False when it is not ours. */
  async stop(job: JobId, why: StopReason | Failure, keep: CancelKeep): Promise<boolean> {
    const receiving = this.#running(job);
    if (receiving === null) return false;
    this.#steering.stop(receiving, noteRefusal(receiving, why), keep, 'here');
    this.verifying.cancel(job);
    await receiving.live.ended;
    return true;
  }

  #running(job: JobId): Receiving | null {
    const receiving = this.#jobs.get(job);
    return receiving === undefined || receiving.result !== null ? null : receiving;
  }

  /** Stops asking for content, or goes on; resolves when it holds. False when it is not ours. */
  async pause(job: JobId, isPaused: boolean): Promise<boolean> {
    const receiving = this.#running(job);
    if (receiving === null) return false;
    await this.#steering.pause(receiving, isPaused);
    return true;
  }

  /** Settles all clashes of a job. False when it is not ours. @throws Failure `usage` when nothing is asked. */
  async answer(job: JobId, answer: ClashAnswer): Promise<boolean> {
    const receiving = this.#running(job);
    if (receiving === null) return false;
    await this.#steering.control.answer(receiving, answer);
    return true;
  }

  /** Trust in a device is gone: its pulls end now. */
  revoke(id: DeviceId): void {
    for (const receiving of this.#jobs.values()) {
      if (receiving.refusal !== null || !mayDrive(receiving, id)) continue;
      this.#steering.stop(receiving, 'cancelled', 'parts', 'here');
    }
  }

  /** Jobs of a data worker that died: another one takes them up where their claims are, a few times. */
  lost(jobs: readonly JobId[], isReplaced: boolean): void {
    this.verifying.lost(jobs);
    for (const job of jobs) {
      const receiving = this.#jobs.get(job);
      // One that waits for its disk is with nobody; what is being read back is somebody else's.
      if (receiving === undefined || receiving.isStuck || !this.#queue.has(job)) continue;
      const mayGoOn = isReplaced && this.#deaths.mayGoOn(receiving.live);
      const failed = failedResult(new Failure('internal'));
      inBackground(mayGoOn ? this.#takeUp(receiving) : this.#ended(receiving, failed), this.#parts.log);
    }
  }

  async #takeUp(receiving: Receiving): Promise<void> {
    this.#parts.book.update(receiving.live, { state: 'waiting', waitingFor: 'peer' });
    await tidyParts(this.#parts, receiving.live.key);
    await this.#steering.begin(receiving);
  }
}
