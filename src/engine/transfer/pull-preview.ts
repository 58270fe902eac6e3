import { Failure, type FailureData, toFailure } from '../../shared/failure.ts';
import type { Preflight } from '../../shared/preflight.ts';
import { lookAtDestination } from '../disk/destination.ts';
import { knownTraits } from '../disk/target-traits.ts';
import { TreeWriter } from '../disk/tree-writer.ts';
import type { Identity } from '../identity/identity.ts';
import { PreflightCheck } from '../plan/preflight-check.ts';
import { readPage } from '../wire/listing-page.ts';
import type { DataSocket } from './data-socket.ts';
import { LinkList } from './link-list.ts';
import { PullListing } from './pull-listing.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullHandler, PullStream } from './pull-stream.ts';
import { PASSING, PullStreams } from './pull-streams.ts';
import { PullTally } from './pull-tally.ts';
import type { ListingEnd } from './read-answers.ts';
import { reportPreflight } from './report-preflight.ts';
import { ResumedTree } from './resumed-tree.ts';
import { StageClock } from './stage-clock.ts';
import { TreePlan } from './tree-plan.ts';

/** What is looked at before anybody has agreed to it, at most: entries, and time. */
export const PREVIEW_LIMITS = { entries: 200_000, ms: 30_000 };
/** Counts are told on a clock, and once more at the end. */
const TELL_MS = 500;

/** What to look at: a pull that is only offered. */
export type PreviewOrder = Pick<
  PullOrder,
  'job' | 'secret' | 'sourceId' | 'addresses' | 'offered' | 'into' | 'orderedMs'
>;

/** What is known of an offer. */
export interface PreviewCounts {
  readonly files: number;
  readonly bytes: number;
  /** Files that are there already, by size and time. */
  readonly same: number;
  /** Entries whose place is taken by something else. */
  readonly differ: number;
  /** False: at least that many. */
  readonly complete: boolean;
  /** What a copy would meet, once all is listed. */
  readonly preflight: Preflight | null;
}

export interface PreviewReport {
  counted(counts: PreviewCounts): void;
  /** The source cannot be dialled: it may dial us. */
  unreachable(): void;
  /** Over, after the last counts; null: everything was listed. */
  ended(failure: FailureData | null): void;
}

/**
 * Lists what is offered and compares it with what is here, under the grant of the offer. Nothing is written,
 * no content is asked for, and only so much is looked at. Lives in a data worker; ends by itself.
 */
export class PullPreview implements PullHandler {
  readonly #report: PreviewReport;
  readonly #limits: typeof PREVIEW_LIMITS;
  readonly #tally = new PullTally();
  readonly #writer: TreeWriter;
  readonly #check: PreflightCheck;
  readonly #plan: TreePlan;
  readonly #streams: PullStreams;
  readonly #listing: PullListing;
  #files = 0;
  #bytes = 0;
  #preflight: Preflight | null = null;
  #told = '';
  #isEnded = false;
  #tellTimer: NodeJS.Timeout | null = null;
  #endTimer: NodeJS.Timeout | null = null;

  /** @throws Failure when the destination cannot be looked at. */
  constructor(given: PreviewOrder, identity: Identity, report: PreviewReport, limits = PREVIEW_LIMITS) {
    this.#limits = limits;
    const order: PullOrder = {
      ...given,
      streams: 1,
      onConflict: 'fail',
      // Comparing content would have the source read all of it.
      checksum: false,
      reuse: false,
      dryRun: true,
      limitBytesPerSecond: null,
      resume: null,
    };
    this.#report = report;
    const { root, isMissing } = lookAtDestination(order.into);
    this.#writer = new TreeWriter(root, order.job, () => undefined);
    // Nothing is tried out: nobody has agreed to anything yet.
    this.#check = new PreflightCheck(knownTraits(root));
    this.#plan = new TreePlan({
      order,
      isMissing,
      writer: this.#writer,
      fetch: () => undefined,
      links: new LinkList(),
      tally: this.#tally,
      resumed: new ResumedTree(this.#writer, null, false),
      compare: () => undefined,
      // That there is too little room is for people to see, and to make some.
      checkSpace: () => undefined,
      preflight: this.#check,
    });
    this.#streams = new PullStreams(order, identity, this, new StageClock(), {
      onFirst: (stream) => this.#listing.begin(stream),
      onState: () => undefined,
      onRefused: (failure) => this.#end(failure),
      onUnreachable: () => report.unreachable(),
    });
    this.#listing = new PullListing(this.#tally, this.#streams, () => true);
    // That nothing is known yet is no news.
    this.#told = this.#key();
  }

  start(): void {
    this.#tellTimer = setInterval(() => this.#tell(), TELL_MS);
    this.#endTimer = setTimeout(() => this.#end(new Failure('timeout')), this.#limits.ms);
    this.#streams.start();
  }

  /** Ends it from outside, without a further word about it but the end. */
  stop(): void {
    this.#told = this.#key();
    this.#end(new Failure('cancelled'));
  }

  /** A data connection that the source dialled. One is enough. */
  addSocket(socket: DataSocket): void {
    if (this.#streams.first === null) this.#streams.adopt(socket);
    else socket.destroy();
  }

  #counts(): PreviewCounts {
    const { unchanged, clashes } = this.#tally;
    const { isEnded } = this.#listing;
    return {
      files: this.#files,
      bytes: this.#bytes,
      same: unchanged,
      differ: clashes,
      complete: isEnded,
      preflight: isEnded ? (this.#preflight ??= this.#lookAt()) : null,
    };
  }

  #lookAt(): Preflight | null {
    try {
      return reportPreflight(this.#check, this.#tally, this.#writer);
    } catch {
      return null;
    }
  }

  #key(): string {
    return JSON.stringify(this.#counts());
  }

  #tell(): void {
    const key = this.#key();
    if (key === this.#told) return;
    this.#told = key;
    this.#report.counted(this.#counts());
  }

  #end(failure: Failure | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#tellTimer !== null) clearInterval(this.#tellTimer);
    if (this.#endTimer !== null) clearTimeout(this.#endTimer);
    this.#streams.close();
    this.#tell();
    this.#writer.abandon();
    this.#writer.close();
    this.#report.ended(failure?.toData() ?? null);
  }

  #try(step: () => void): void {
    if (this.#isEnded) return;
    try {
      step();
    } catch (error) {
      this.#end(toFailure(error));
    }
  }

  onPage(number: number, bytes: Buffer, hash: Buffer): void {
    this.#try(() => {
      this.#listing.page(number, hash);
      this.#streams.progressed();
      const records = readPage(bytes);
      // All of it counts, also what would be left out here because something is in its way.
      for (const record of records) {
        if (record.kind !== 'file') continue;
        this.#files += 1;
        this.#bytes += record.version.size;
      }
      if (!Number.isSafeInteger(this.#bytes)) throw misbehaved('sizes too large');
      this.#plan.accept(records);
      if (this.#tally.entries >= this.#limits.entries)
        this.#end(new Failure('over-cap', { reason: 'preview' }));
      else this.#listing.payCredit();
    });
  }

  onListingEnd(end: ListingEnd): void {
    this.#try(() => {
      this.#listing.end(end);
      this.#end(null);
    });
  }

  onLost(stream: PullStream, failure: Failure): void {
    if (this.#isEnded) return;
    if (PASSING.has(failure.code)) this.#streams.lost(stream);
    else this.#end(failure);
  }

  /** There is nothing to fetch. */
  takeWork(): null {
    return null;
  }

  readonly pathOf = (): [] => [];

  onSourceTimes(): void {}

  onSourceAway(): void {}

  onRun(): void {
    throw misbehaved('content not asked for');
  }

  onBlock(): null {
    throw misbehaved('content not asked for');
  }

  onHash(): void {
    throw misbehaved('content not asked for');
  }

  onAsk(): void {
    throw misbehaved('content not asked for');
  }

  onCommitted(): void {
    throw misbehaved('nothing to commit');
  }
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
