import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobResult, StageTimes } from '../../shared/job.ts';
import { openDestination, refineNoSpace } from '../disk/destination.ts';
import { hashLocalFile } from '../disk/hash-file.ts';
import { TreeWriter } from '../disk/tree-writer.ts';
import type { Identity } from '../identity/identity.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { type ByteName, showPath } from '../wire/byte-name.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import { readPage } from '../wire/listing-page.ts';
import type { DataAddress, DataSocket } from './data-socket.ts';
import { LinkList } from './link-list.ts';
import { PullFiles } from './pull-files.ts';
import type { BlockWork, KeepBlock } from './pull-large-files.ts';
import type { PullOrder, PullReport, StopReason } from './pull-order.ts';
import { PullProgress } from './pull-progress.ts';
import { toPullResult } from './pull-result.ts';
import { type ListingEnd, type PullHandler, PullStream } from './pull-stream.ts';
import { PASSING, PullStreams } from './pull-streams.ts';
import { PullTally } from './pull-tally.ts';
import type { PullWork } from './pull-work.ts';
import { RateLimit } from './rate-limit.ts';
import { NO_TIMES, StageClock } from './stage-clock.ts';
import { type CompareFile, TreePlan } from './tree-plan.ts';
import { type Compare, WorkQueue } from './work-queue.ts';

/** Listing pages asked for ahead. */
const PAGE_CREDIT = 4;
/** Files waiting to be fetched above which no further page is asked for: keeps memory flat. */
const MAX_PENDING_FILES = 20_000;

/**
 * One job at its destination, in a data worker: listing, plan, content, links, folder metadata, sync,
 * publish, commit; in that order, each step in a file of its own. Survives lost connections: what was
 * asked for and did not come goes back to the queue.
 */
export class PullSession implements PullHandler {
  readonly #order: PullOrder;
  readonly #report: PullReport;
  readonly #clock = new StageClock();
  readonly #tally = new PullTally();
  readonly #queue = new WorkQueue();
  readonly #links = new LinkList();
  readonly #compares: Compare[] = [];
  readonly #limit: RateLimit | null;
  readonly #writer: TreeWriter;
  readonly #files: PullFiles;
  readonly #plan: TreePlan;
  readonly #streams: PullStreams;
  readonly #progress: PullProgress;
  #nextPage = 0;
  #owedCredit = 0;
  #listingEnd: ListingEnd | null = null;
  #digest: Buffer = Buffer.alloc(32);
  #inFlight = 0;
  #resumeTimer: NodeJS.Timeout | null = null;
  #isPublishing = false;
  #phase: 'copying' | 'finishing' | 'committing' | 'ended' = 'copying';
  sourceTimes: StageTimes = NO_TIMES;

  /** @throws Failure when the destination cannot be opened. */
  constructor(order: PullOrder, identity: Identity, report: PullReport) {
    this.#order = order;
    this.#report = report;
    this.#limit = order.limitBytesPerSecond === null ? null : new RateLimit(order.limitBytesPerSecond);
    this.#writer = new TreeWriter(openDestination(order.into), order.job, (late) => {
      this.#links.noteLateName(late.folder, late.planned, late.name);
      const path = [...this.#writer.folders.sourcePath(late.folder), late.planned];
      this.#tally.addProblem(path, new Failure('late-name', { reason: showPath([late.name]).path }));
    });
    const shared = { writer: this.#writer, queue: this.#queue, links: this.#links, tally: this.#tally };
    this.#files = new PullFiles({ ...shared, clock: this.#clock });
    this.#plan = new TreePlan({ ...shared, order, compare: (folder, file) => this.#compare(folder, file) });
    this.#streams = new PullStreams(order, identity, this, this.#clock, {
      onFirst: (stream) => this.#onFirstStream(stream),
      onState: (state) => this.#tellState(state),
      onRefused: (failure) => this.#fail(failure),
      onUnreachable: (failure) => report.unreachable(failure.toData()),
    });
    this.#progress = new PullProgress(this.#tally, this.#clock, () => ({
      source: this.sourceTimes,
      streams: this.#streams.count,
      isComplete: this.#listingEnd !== null,
      isStarved: this.#queue.isEmpty && this.#listingEnd === null,
    }));
  }

  /** Connections are gone or back; while the tree is being finished none are needed. */
  #tellState(state: 'running' | 'waiting'): void {
    if (this.#phase !== 'copying' && this.#phase !== 'committing') return;
    if (state === 'waiting') this.#report.state('waiting', 'peer');
    else this.#report.state(this.#phase === 'copying' ? 'running' : 'finishing', null);
  }

  /** Starts fetching; everything after is told through the report. */
  start(): void {
    this.#report.state('running', null);
    this.#progress.start((progress) => this.#report.progress(progress));
    this.#streams.start();
  }

  /** Where else the source may be reached. */
  readdress(addresses: readonly DataAddress[]): void {
    this.#streams.readdress(addresses);
  }

  /** A data connection that the source dialled because we could not. */
  addSocket(socket: DataSocket): void {
    this.#streams.adopt(socket);
  }

  /** Ends the pull from outside; what is staged stays as parts. */
  stop(reason: StopReason): void {
    this.#fail(new Failure(reason));
  }

  readonly pathOf = (folder: number) => this.#writer.folders.sourcePath(folder);

  #onFirstStream(stream: PullStream): void {
    if (this.#listingEnd === null) stream.list(this.#nextPage, PAGE_CREDIT);
    else if (this.#phase === 'committing') this.#sendCommit();
  }

  takeWork(): PullWork | null {
    const compare = this.#compares.pop();
    if (compare !== undefined) return this.#took(compare);
    if (this.#plan.isHeld || this.#resumeTimer !== null || this.#isPublishing) return null;
    const work = this.#queue.take();
    if (work === null) return null;
    this.#throttle(work.kind === 'run' ? work.bytes : work.length);
    return this.#took(work);
  }

  #took<Taken extends PullWork>(work: Taken): Taken {
    this.#inFlight += 1;
    return work;
  }

  /** This piece may go; the next ones wait until the limit has room again. */
  #throttle(bytes: number): void {
    const waitMs = this.#limit?.take(bytes) ?? 0;
    if (waitMs <= 0) return;
    this.#clock.add('limited', waitMs);
    this.#resumeTimer = setTimeout(() => {
      this.#resumeTimer = null;
      this.#streams.pump();
      this.#checkDone();
    }, waitMs);
  }

  onPage(number: number, bytes: Buffer, hash: Buffer): void {
    if (number !== this.#nextPage || this.#listingEnd !== null) {
      throw new Failure('peer-misbehaved', { reason: 'page out of order' });
    }
    this.#nextPage += 1;
    this.#streams.progressed();
    this.#digest = hashBytes(Buffer.concat([this.#digest, hash]));
    const startMs = performance.now();
    this.#try(() => this.#plan.accept(readPage(bytes)));
    this.#clock.since('listing', startMs);
    this.#reportParts();
    this.#owedCredit += 1;
    this.#payCredit();
    this.#streams.pump();
  }

  /** Asks for further pages unless enough is waiting; held plans need the whole listing first. */
  #payCredit(): void {
    while (this.#owedCredit > 0) {
      if (!this.#plan.isHeld && this.#queue.pendingFiles > MAX_PENDING_FILES) return;
      const stream = this.#streams.first;
      if (stream === null) return;
      this.#owedCredit -= 1;
      stream.creditPage(this.#nextPage);
    }
  }

  onListingEnd(end: ListingEnd): void {
    if (end.entries !== this.#tally.entries || !end.digest.equals(this.#digest)) {
      throw new Failure('peer-misbehaved', { reason: 'listing does not add up' });
    }
    this.#listingEnd = end;
    this.#try(() => this.#plan.endListing());
    this.#reportParts();
    this.#streams.pump();
    this.#checkDone();
  }

  onRun(work: PullWork & { kind: 'run' }, outcomes: readonly Outcome[], content: Buffer): void {
    this.#inFlight -= 1;
    this.#try(() => this.#files.takeRun(work, outcomes, content));
    this.#afterAnswer();
  }

  onBlock(work: BlockWork, outcome: Outcome, content: Buffer, keep: KeepBlock): Promise<void> | null {
    let later: Promise<void> | null = null;
    this.#try(() => {
      later = this.#files.takeBlock(work, outcome, content, keep);
    });
    if (later === null) {
      this.#blockDone();
      return null;
    }
    return this.#finishBlock(later);
  }

  async #finishBlock(write: Promise<void>): Promise<void> {
    try {
      await write;
    } catch (error) {
      this.#fail(toFailure(error));
    }
    this.#blockDone();
  }

  #blockDone(): void {
    this.#inFlight -= 1;
    this.#afterAnswer();
  }

  onHash(work: Compare, answer: Buffer | Outcome): void {
    this.#inFlight -= 1;
    this.#try(() => work.resolve(Buffer.isBuffer(answer) ? answer : null));
    if (this.#listingEnd !== null && this.#plan.isHeld) {
      this.#try(() => this.#plan.endListing());
      this.#reportParts();
      this.#streams.pump();
    }
    this.#afterAnswer();
  }

  #compare(folder: number, file: CompareFile): void {
    this.#compares.push({
      kind: 'hash',
      folder,
      sourceName: file.sourceName,
      version: file.version,
      resolve: (theirs) => {
        const startMs = performance.now();
        const ours = theirs === null ? null : this.#hashOurs(folder, file.sourceName);
        this.#clock.since('hash', startMs);
        file.done(ours !== null && theirs !== null && ours.equals(theirs));
      },
    });
  }

  /** Null where it cannot be read: then nobody can say that it is the same. */
  #hashOurs(folder: number, name: ByteName): Buffer | null {
    try {
      return hashLocalFile(this.#writer.folders.get(folder), name);
    } catch {
      return null;
    }
  }

  #afterAnswer(): void {
    this.#streams.progressed();
    if (this.#phase !== 'copying') return;
    this.#payCredit();
    if (this.#writer.isPublishDue && !this.#isPublishing) void this.#publishWaiting();
    this.#checkDone();
  }

  async #publishWaiting(): Promise<void> {
    this.#isPublishing = true;
    const startMs = performance.now();
    try {
      await this.#writer.publishWaiting();
    } catch (error) {
      this.#fail(toFailure(error));
    }
    this.#clock.since('sync', startMs);
    this.#isPublishing = false;
    this.#streams.pump();
    this.#checkDone();
  }

  onSourceTimes(times: StageTimes): void {
    this.sourceTimes = times;
  }

  onLost(stream: PullStream, failure: Failure, work: readonly PullWork[]): void {
    if (this.#phase === 'ended') return;
    for (const piece of work) {
      this.#inFlight -= 1;
      if (piece.kind === 'hash') this.#compares.push(piece);
      else this.#queue.giveBack(piece);
    }
    if (PASSING.has(failure.code)) this.#streams.lost(stream);
    else this.#fail(failure);
    // What came back may have been given up meanwhile.
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#phase !== 'copying' || this.#listingEnd === null || this.#isPublishing) return;
    if (this.#inFlight > 0 || this.#compares.length > 0 || this.#plan.isComparing) return;
    if (this.#order.dryRun) {
      const { clashes, problemCount } = this.#tally;
      if (clashes > 0) this.#fail(new Failure('exists', { reason: `${clashes}` }));
      else this.#end(null, problemCount > 0 ? 'partial' : 'done');
      return;
    }
    if (!this.#plan.isHeld && this.#queue.isEmpty) void this.#finish();
  }

  async #finish(): Promise<void> {
    this.#phase = 'finishing';
    this.#report.progress(this.#progress.now());
    this.#report.state('finishing', null);
    const startMs = performance.now();
    try {
      await this.#writer.publishWaiting();
      this.#links.create(this.#writer, this.#tally);
      await this.#writer.finish((folder, failure) =>
        this.#tally.addProblem(this.#writer.folders.sourcePath(folder), failure),
      );
    } catch (error) {
      this.#fail(toFailure(error));
      return;
    }
    this.#clock.since('sync', startMs);
    this.#report.parts([]);
    this.#phase = 'committing';
    this.#sendCommit();
  }

  #sendCommit(): void {
    this.#streams.first?.commit({
      entries: this.#tally.entries,
      listingDigest: this.#digest,
    });
  }

  onCommitted(failure: Failure | null): void {
    if (this.#phase !== 'committing') throw new Failure('peer-misbehaved', { reason: 'nothing to commit' });
    if (failure !== null) this.#fail(failure);
    else this.#end(null, this.#tally.problemCount > 0 ? 'partial' : 'done');
  }

  #reportParts(): void {
    const parts = this.#writer.stagedParts();
    if (parts.length === 0 || this.#phase !== 'copying') return;
    const folder = Buffer.from(this.#order.into).toString('utf8');
    this.#report.parts(parts.map((part) => `${folder}/${part}`));
  }

  #try(step: () => void): void {
    if (this.#phase === 'ended') return;
    try {
      step();
    } catch (error) {
      this.#fail(toFailure(error));
    }
  }

  #fail(failure: Failure): void {
    const isStop = failure.code === 'cancelled' || failure.code === 'interrupted';
    this.#end(refineNoSpace(failure, this.#order.into), isStop ? 'cancelled' : 'failed');
  }

  #end(failure: Failure | null, state: JobResult['state']): void {
    if (this.#phase === 'ended') return;
    // A page that fails the job may have staged something first.
    this.#reportParts();
    this.#phase = 'ended';
    if (this.#resumeTimer !== null) clearTimeout(this.#resumeTimer);
    this.#progress.stop();
    const wireBytes = this.#streams.close();
    void this.#close(() => this.#result(failure, state, wireBytes));
  }

  /** Lets go of every file before anybody hears that it is over. */
  async #close(result: () => JobResult): Promise<void> {
    await this.#files.abandon();
    this.#writer.abandon();
    this.#writer.close();
    this.#report.progress(this.#progress.now());
    this.#report.ended(result());
  }

  #result(failure: Failure | null, state: JobResult['state'], wireBytes: number): JobResult {
    return toPullResult(this.#tally, {
      state,
      failure,
      wireBytes,
      seconds: Math.max(0, Date.now() - this.#order.orderedMs) / 1000,
      streams: this.#streams.most,
      verified: failure === null && !this.#order.dryRun,
      times: { source: this.sourceTimes, destination: this.#clock.seconds() },
    });
  }
}
