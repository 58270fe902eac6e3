import { Failure, toFailure } from '../../shared/failure.ts';
import type { CancelKeep, JobResult, StageTimes, WaitingFor } from '../../shared/job.ts';
import { refineNoSpace } from '../disk/destination.ts';
import type { Identity } from '../identity/identity.ts';
import type { Ask, AskAnswer } from '../reuse/ask.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import { readPage } from '../wire/listing-page.ts';
import type { DataAddress, DataSocket } from './data-socket.ts';
import { isDiskTrouble } from './disk-trouble.ts';
import type { ClashAnswer } from './held-clashes.ts';
import { LinkList } from './link-list.ts';
import { openStreams } from './open-streams.ts';
import { PullCoding } from './pull-coding.ts';
import { openPullDisk, type PullDisk } from './pull-disk.ts';
import { endTree, finishTree, stagedPaths } from './pull-ending.ts';
import { PullFlow } from './pull-flow.ts';
import { PullGate } from './pull-gate.ts';
import type { PullIndex, PullMeans } from './pull-index.ts';
import type { BlockAnswer, BlockWork } from './pull-large-files.ts';
import { PullListing } from './pull-listing.ts';
import { PullNews } from './pull-news.ts';
import type { PullOrder, PullReport, StopReason } from './pull-order.ts';
import { PullProgress, phaseOf } from './pull-progress.ts';
import { toPullResult } from './pull-result.ts';
import type { PullHandler, PullStream, SourceStream } from './pull-stream.ts';
import { type JobStreams, PASSING } from './pull-streams.ts';
import { endFiles, suspendPull, troubleOf } from './pull-suspending.ts';
import { PullTally } from './pull-tally.ts';
import type { PullWork } from './pull-work.ts';
import type { ListingEnd } from './read-answers.ts';
import { NO_TIMES, StageClock } from './stage-clock.ts';
import { WorkQueue } from './work-queue.ts';

/**
 * One job at its destination, in a data worker: listing, plan, content, links, folder metadata, sync,
 * publish, commit; in that order, each step in a file of its own. Survives lost connections: what was
 * asked for and did not come goes back to the queue.
 */
export class PullSession implements PullHandler {
  readonly #order: PullOrder;
  readonly #report: PullReport;
  readonly #index: PullIndex | null;
  readonly #news: PullNews;
  readonly #clock = new StageClock();
  readonly #tally: PullTally;
  readonly #queue = new WorkQueue();
  readonly #gate: PullGate;
  readonly #disk: PullDisk;
  readonly #listing: PullListing;
  readonly #flow: PullFlow;
  readonly #streams: JobStreams;
  readonly #progress: PullProgress;
  readonly coding: PullCoding;
  #phase: 'copying' | 'finishing' | 'committing' | 'ended' = 'copying';
  /** Stopped while all of it was getting its place, which is to be kept. */
  #stopWhenFinished: StopReason | null = null;
  sourceTimes: StageTimes = NO_TIMES;

  /** @throws Failure when the destination cannot be opened. */
  constructor(order: PullOrder, identity: Identity, report: PullReport, means: PullMeans) {
    const { ledger, pace, list, index } = means;
    this.#tally = new PullTally(list);
    this.#index = index;
    this.#order = order;
    this.#report = report;
    this.#news = new PullNews(report);
    const [clock, tally, queue, links] = [this.#clock, this.#tally, this.#queue, new LinkList()];
    const onFailed = (failure: Failure) => this.#fail(failure);
    const attempt = (step: () => void) => this.#try(step);
    const known = index?.known ?? null;
    const shared = { order, report, clock, tally, queue, links, ledger, known };
    const isLinkSlow = () => this.#progress.isLinkSlow;
    const gate = () => this.#gate;
    this.#disk = openPullDisk(shared, { onFailed, onNews: () => this.#goOn(), attempt, isLinkSlow, gate });
    this.#gate = new PullGate(order, pace, clock, () => this.#goOn());
    this.#gate.isPaused = order.resume?.isPaused ?? false;
    this.#streams = openStreams(order, identity, this, this.#clock, {
      onFirst: (stream) => this.#onFirstStream(stream),
      onState: () => this.#tellState(),
      onRefused: (failure) => this.#refused(failure),
      onUnreachable: (failure) => report.unreachable(failure.toData()),
    });
    this.coding = new PullCoding(order, this.#gate, () => this.#progress.limitedBy);
    this.#listing = new PullListing(tally, this.#streams, () => this.#flow.mayAskForPage);
    this.#flow = new PullFlow({ gate: this.#gate, disk: this.#disk, listing: this.#listing, queue });
    const onLearned = report.learned.bind(report);
    const tuned = { order, streams: this.#streams, onLearned };
    this.#progress = new PullProgress(tally, clock, tuned, () => ({
      source: this.sourceTimes,
      streams: this.#streams.live,
      wireBytes: this.#wireBytes,
      isComplete: this.#listing.isEnded,
      isStarved: this.#queue.isEmpty && !this.#listing.isEnded,
      isResting: this.#waitsFor() !== null,
      phase: phaseOf(this.#phase),
    }));
  }

  /** Work of this device itself is done too: where that made room, more is listed. */
  #goOn(): void {
    if (this.#phase === 'copying') this.#listing.payCredit();
    this.#streams.pump();
    this.#checkDone();
  }

  /** What it waits for. While the tree is being finished no connection is needed, and pausing is too late. */
  #waitsFor(): WaitingFor | null {
    if (this.#phase === 'copying') {
      if (this.#gate.isPaused) return 'paused';
      if (this.#streams.isWaiting) return 'peer';
      if (this.#streams.live.some((stream) => stream.isSourceAway)) return 'page';
      return this.#flow.isOnlyAsking ? 'answer' : this.#gate.isHeld ? 'turn' : null;
    }
    return this.#phase === 'committing' && this.#streams.isWaiting ? 'peer' : null;
  }

  #tellState(): void {
    if (this.#phase === 'ended') return;
    const moving = this.#phase === 'copying' ? 'running' : 'finishing';
    this.#news.tell(moving, this.#waitsFor(), () => this.#disk.plan.question());
  }

  /** Starts fetching; everything after is told through the report. */
  start(): void {
    if (!this.#gate.isHeld) this.#streams.start();
    this.#tellState();
    this.#progress.start(
      (progress) => this.#report.progress(progress),
      () => this.#tick(),
    );
  }

  #tick(): void {
    this.#news.question(this.#disk.plan.question());
    void this.#disk.watch.tick().then((gone) => gone !== null && this.#fail(gone));
  }

  /** Where else the source may be reached. */
  readdress(addresses: readonly DataAddress[]): void {
    this.#streams.readdress(addresses);
  }

  /** A data connection that the source dialled because we could not. */
  addSocket(socket: DataSocket): void {
    this.#streams.adopt(socket);
  }

  /** Ends the pull from outside; `keep` says what stays of it. */
  stop(reason: StopReason, keep: CancelKeep): void {
    // All of it has arrived and is getting its names: it keeps them.
    if (keep === 'arrived' && this.#phase === 'finishing') this.#stopWhenFinished = reason;
    else this.#fail(new Failure(reason), keep);
  }

  /** Stops asking for content, or goes on with it. What was asked for arrives; connections stay. */
  shut(why: 'isPaused' | 'isHeld', isShut: boolean): void {
    this.#gate[why] = isShut;
    if (!this.#gate.isHeld) this.#streams.start();
    this.#tellState();
    this.#goOn();
  }

  /** What a person decided about the clashes. */
  answer(answer: ClashAnswer): void {
    this.#try(() => this.#disk.plan.answer(answer));
    this.#news.question(this.#disk.plan.question());
    this.#reportParts();
    this.#goOn();
  }

  readonly pathOf = (folder: number) => this.#disk.writer.folders.sourcePath(folder);

  #onFirstStream(stream: SourceStream): void {
    if (!this.#listing.isEnded) this.#listing.begin(stream);
    else if (this.#phase === 'committing') this.#sendCommit();
  }

  takeWork(): PullWork | null {
    return this.#flow.take();
  }

  onPage(number: number, bytes: Buffer, hash: Buffer): void {
    this.#listing.page(number, hash);
    this.#streams.progressed();
    const startMs = performance.now();
    this.#try(() => this.#disk.plan.accept(readPage(bytes)));
    this.#clock.since('listing', startMs);
    this.#reportParts();
    this.#goOn();
  }

  onListingEnd(end: ListingEnd): void {
    this.#listing.end(end);
    this.#try(() => this.#disk.plan.endListing());
    this.#reportParts();
    this.#goOn();
  }

  onRun(work: PullWork & { kind: 'run' }, outcomes: readonly Outcome[], content: Buffer): void {
    this.#flow.answered();
    this.#try(() => this.#disk.files.takeRun(work, outcomes, content));
    this.#afterAnswer();
  }

  onBlock(work: BlockWork, answer: BlockAnswer): Promise<void> | null {
    let later: Promise<void> | null = null;
    this.#try(() => {
      later = this.#disk.files.takeBlock(work, answer);
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
    this.#flow.answered();
    this.#afterAnswer();
  }

  onHash(work: PullWork & { kind: 'hash' }, answer: Buffer | Outcome): void {
    this.#flow.answered();
    this.#try(() => work.resolve(Buffer.isBuffer(answer) ? answer : null));
    if (this.#listing.isEnded && this.#disk.plan.isHeld) {
      this.#try(() => this.#disk.plan.endListing());
      this.#reportParts();
      this.#streams.pump();
    }
    this.#afterAnswer();
  }

  onAsk(ask: Ask, answer: AskAnswer): void {
    this.#flow.answered();
    this.#try(() => ask.answered(answer));
    this.#afterAnswer();
  }

  #afterAnswer(): void {
    this.#streams.progressed();
    if (this.#phase !== 'copying') return;
    this.#listing.payCredit();
    if (this.#disk.writer.isPublishDue) this.#disk.publishing.start();
    this.#checkDone();
  }

  onSourceTimes(times: StageTimes): void {
    this.sourceTimes = times;
  }

  onSourceAway(): void {
    this.#tellState();
  }

  onLost(stream: PullStream, failure: Failure, work: readonly PullWork[]): void {
    if (this.#phase === 'ended') return;
    this.#flow.giveBack(work);
    if (PASSING.has(failure.code)) this.#streams.lost(stream);
    else this.#refused(failure);
    // What came back may have been given up meanwhile.
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#phase !== 'copying') return;
    // A person may take days: what has arrived gets its names before.
    if (this.#flow.isOnlyAsking && this.#disk.writer.hasWaiting) this.#disk.publishing.start();
    this.#tellState();
    if (this.#gate.isShut || !this.#listing.isEnded || !this.#flow.isIdle) return;
    if (this.#order.dryRun) {
      const { clashes, problemCount } = this.#tally;
      if (clashes > 0) this.#fail(new Failure('exists', { reason: `${clashes}` }));
      else this.#end(null, problemCount > 0 ? 'partial' : 'done');
      return;
    }
    if (!this.#disk.plan.isHeld && !this.#disk.plan.isAsking) void this.#finish();
  }

  async #finish(): Promise<void> {
    this.#phase = 'finishing';
    this.#report.progress(this.#progress.now());
    this.#tellState();
    const startMs = performance.now();
    try {
      this.#disk.keeping.resumed.removeLeftOver();
      await finishTree(this.#disk.ending, false);
      const gone = await this.#disk.watch.checkPlace();
      if (gone !== null) throw gone;
    } catch (error) {
      const failure = toFailure(error);
      // Whichever call it was: what was to be made durable may not be.
      if (failure.code === 'io') this.#disk.writer.isDistrusted = true;
      this.#fail(failure);
      return;
    }
    if (this.#phase !== 'finishing') return;
    this.#clock.since('sync', startMs);
    this.#news.parts([], true);
    this.#phase = 'committing';
    if (this.#stopWhenFinished === null) this.#sendCommit();
    else this.#fail(new Failure(this.#stopWhenFinished));
  }

  #sendCommit(): void {
    this.#streams.first?.commit({ entries: this.#tally.entries, listingDigest: this.#listing.digest });
  }

  onCommitted(failure: Failure | null): void {
    if (this.#phase !== 'committing') throw new Failure('peer-misbehaved', { reason: 'nothing to commit' });
    if (failure !== null) this.#refused(failure);
    else this.#end(null, this.#tally.problemCount > 0 ? 'partial' : 'done');
  }

  /** The source's no; one that was restarted has forgotten what it listed, and is asked anew for all there is. */
  #refused(failure: Failure): void {
    if (failure.code === 'interrupted') void this.suspend(true);
    else this.#end(failure, failure.code === 'cancelled' ? 'cancelled' : 'failed');
  }

  /** Stops and leaves what it has for another run, for which there may be trouble to wait for. Never rejects. */
  async suspend(again: boolean, failure: Failure | null = null): Promise<void> {
    if (this.#phase === 'ended') return;
    this.#halt();
    await suspendPull(this.#disk);
    this.#report.progress(this.#progress.now());
    this.#disk.receipts.flush();
    this.#report.suspended(again, failure === null ? null : troubleOf(failure, this.#tally, this.#disk));
  }

  #reportParts(): void {
    const parts = stagedPaths(this.#disk.ending);
    if (parts.length === 0 || this.#phase !== 'copying') return;
    this.#news.parts(parts);
  }

  #try(step: () => void): void {
    if (this.#phase === 'ended') return;
    try {
      step();
    } catch (error) {
      this.#fail(toFailure(error));
    }
  }

  #fail(failure: Failure, keep: CancelKeep = 'parts'): void {
    const isStop = failure.code === 'cancelled' || failure.code === 'interrupted';
    const refined = refineNoSpace(failure, this.#order.into);
    if (isDiskTrouble(refined, true) && !this.#order.dryRun) void this.suspend(true, refined);
    else this.#end(refined, isStop ? 'cancelled' : 'failed', keep);
  }

  #end(failure: Failure | null, state: JobResult['state'], keep: CancelKeep = 'parts'): void {
    if (this.#phase === 'ended') return;
    this.#halt();
    void this.#close(failure, state, keep);
  }

  /** Ends all that moves. */
  #halt(): void {
    // A page that fails the job may have staged something first.
    this.#reportParts();
    this.#phase = 'ended';
    this.#news.question(null);
    this.#gate.close();
    this.#progress.stop();
    this.#disk.watch.leave();
    this.#streams.close();
  }

  /** Of all runs of this job. */
  get #wireBytes(): number {
    return this.#streams.wireBytes + (this.#order.resume?.wireBytes ?? 0);
  }

  /** Lets go of every file before anybody hears that it is over. */
  async #close(failure: Failure | null, state: JobResult['state'], keep: CancelKeep): Promise<void> {
    await endFiles(this.#disk, keep === 'parts' ? failure : null);
    if (keep === 'arrived') await this.#disk.publishing.settled();
    const told = failure === null && !this.#order.dryRun ? this.#disk.arrived() : null;
    const { left, failure: fault } = await endTree(this.#disk.ending, this.#order.dryRun ? 'parts' : keep);
    if (keep !== 'parts') this.#news.parts(left, true);
    this.#disk.receipts.flush();
    this.#report.progress(this.#progress.now());
    const end = { wireBytes: this.#wireBytes, streams: this.#streams.most };
    const times = { source: this.sourceTimes, destination: this.#clock.seconds() };
    const how = fault === null ? { state, failure } : { state: 'failed' as const, failure: fault };
    this.#report.ended(toPullResult(this.#tally, this.#order, { ...how, ...end, times }));
    if (told !== null) this.#index?.tell(this.#disk.arrivals, told);
  }
}
