import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { LATER, type Later, type Source } from '../source/source.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { CommitBody } from '../wire/data-wants.ts';
import { type ListingRecord, writeRecord } from '../wire/listing-page.ts';
import { CompressChoice, type KnownWay } from './compress-choice.ts';
import type { EntryList } from './entry-list.ts';
import type { IndexDoor } from './index-door.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { RateLimit } from './rate-limit.ts';
import { SharedPace } from './shared-pace.ts';
import { StageClock } from './stage-clock.ts';

/** Records of one page: a few milliseconds of walking between two looks at the wants. */
const PAGE_RECORDS = 1_000;
/** Bytes after which a page is closed; one more record still fits below MAX_META_BYTES. */
const PAGE_BYTES = 512 * 1024;

/** Pages kept until they have arrived; a puller asks for a few at a time. */
const MAX_UNCONFIRMED_PAGES = 32;

/**
 * Resent bytes have a bound of their own: what was listed once more, and some blocks for small jobs and for
 * each time that the puller came back without what it had been sent last.
 */
const RESEND_ALLOWANCE_BYTES = 256 * 1024 * 1024;

/** Bytes that are lost with a connection at most: a puller asks for no more ahead on one. */
const CONNECTION_ALLOWANCE_BYTES = 8 * 1024 * 1024;
/** Connections of one job that bring such an allowance. */
const MAX_COUNTED_CONNECTIONS = 10_000;

/** Content that may be searched for a puller's old versions: a file is searched and then patched, and that thrice. */
const SEARCHES = 6;

/** Times a listing may begin anew: to be counted, to be copied, and whenever the puller was restarted. */
const MAX_RESTARTS = 1_000;

export interface ListingPage {
  readonly number: number;
  readonly bytes: Buffer;
  readonly hash: Buffer;
}

export interface ListingTotals {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

export interface ServeJobOptions {
  readonly maxRestarts?: number;
  readonly list?: EntryList | null;
  readonly index?: IndexDoor | null;
  /** Of all that this engine moves. */
  readonly pace?: SharedPace;
  /** To its puller, as an earlier job has measured it. */
  readonly way?: KnownWay;
}

/**
 * The source's side of one job in one data worker, shared by its connections: the walk, its digest, the
 * cap on served bytes, the clock and the rate limit. It outlives connections, so that a listing goes on
 * where a lost one stopped.
 */
export class ServeJob {
  readonly job: JobId;
  readonly source: Source;
  readonly clock = new StageClock();
  readonly limit: RateLimit | null;
  readonly #pace: SharedPace;
  readonly compress: CompressChoice;
  /** Where hashes of files are kept. */
  readonly index: IndexDoor | null;
  #records: Iterator<ListingRecord | Later, void> | null = null;
  #nextPage = 0;
  /** Pages handed out and not yet known to have arrived. */
  readonly #unconfirmed: ListingPage[] = [];
  #ended = false;
  #walkFailure: Failure | null = null;
  #lister: object | null = null;
  #digest: Buffer = Buffer.alloc(32);
  #totals = { entries: 0, files: 0, bytes: 0 };
  #servedBytes = 0;
  #searchedBytes = 0;
  /** One search of a job has its buffers in memory at a time. */
  readonly searches = new OneAtATime();
  #hashedBytes = 0;
  /** Of earlier listings: the cap never falls. */
  #mostBytes = 0;
  #restarts = 0;
  #connections = 0;
  readonly #maxRestarts: number;
  #isContentAsked = false;
  /** Connections to wake when a remote source has more, has gone or is back. */
  readonly wakes = new Set<() => void>();

  /** Where what is listed is written down for people; null: nowhere. */
  readonly list: EntryList | null;
  /** Folder whose children are being listed, and how many folders there are so far. */
  #folder = 0;
  #folders = 0;

  constructor(
    job: JobId,
    source: Source,
    limit: RateLimit | null,
    {
      maxRestarts = MAX_RESTARTS,
      list = null,
      index = null,
      pace = new SharedPace(),
      way = {},
    }: ServeJobOptions = {},
  ) {
    this.index = index;
    this.#maxRestarts = maxRestarts;
    this.list = list;
    this.job = job;
    this.source = source;
    this.limit = limit;
    this.#pace = pace;
    this.compress = new CompressChoice(limit?.bytesPerSecond ?? null, way);
    source.remote?.watch(() => {
      for (const wake of this.wakes) wake();
    });
  }

  /** Takes `bytes` now and returns the milliseconds to wait before they move. */
  pace(bytes: number): number {
    return Math.max(this.limit?.take(bytes) ?? 0, this.#pace.take(bytes));
  }

  /** Whether nothing can be had from the source until somebody brings it back. */
  get isAway(): boolean {
    return this.source.remote?.isAway ?? false;
  }

  get totals(): ListingTotals {
    return this.#totals;
  }

  get servedBytes(): number {
    return this.#servedBytes;
  }

  /** Whether the puller has said of enough pages that they arrived: the rest are kept for it. */
  get hasPageRoom(): boolean {
    return this.#unconfirmed.length < MAX_UNCONFIRMED_PAGES;
  }

  get isListingEnded(): boolean {
    return this.#ended && this.#unconfirmed.length === 0;
  }

  get listingDigest(): Buffer {
    return this.#digest;
  }

  /**
   * From now on this connection lists, and no other: what a lost one had begun to send may not be
   * followed by pages that the new one never sees.
   */
  listFor(lister: object): void {
    this.#lister = lister;
  }

  isLister(lister: object): boolean {
    return this.#lister === lister;
  }

  /** From now on the listing is what was agreed on: it begins anew only for a puller that has lost it. */
  noteContentAsked(): void {
    this.#isContentAsked = true;
  }

  /** Forgets the walk, though not for ever. */
  #restart(): void {
    const isKept = this.#unconfirmed[0]?.number === 0;
    if (this.#records === null || (this.#isContentAsked && isKept)) return;
    if (this.#restarts >= this.#maxRestarts) return;
    this.#restarts += 1;
    this.#records = null;
    this.#nextPage = 0;
    this.#unconfirmed.length = 0;
    this.#ended = false;
    this.#walkFailure = null;
    this.#digest = Buffer.alloc(32);
    this.#mostBytes = Math.max(this.#mostBytes, this.#totals.bytes);
    this.#totals = { entries: 0, files: 0, bytes: 0 };
    this.#folder = 0;
    this.#folders = 0;
    this.list?.restart();
  }

  /**
   * Pages from `from` on that were handed out and may be lost. From 0 on the walk begins anew while nobody has
   * asked for content, since what was counted before an offer was accepted may be another tree by then; and for
   * a puller that was restarted, which has lost all it knew.
   * @throws Failure `interrupted` when they are not kept any more: this walk began after a restart.
   */
  resendFrom(from: number): readonly ListingPage[] {
    if (from === 0) this.#restart();
    this.confirmBefore(from);
    const first = this.#unconfirmed[0]?.number ?? this.#nextPage;
    if (from < first || from > this.#nextPage) throw new Failure('interrupted', { reason: 'listing lost' });
    return [...this.#unconfirmed];
  }

  /** The puller has every page before `number`. */
  confirmBefore(number: number): void {
    while ((this.#unconfirmed[0]?.number ?? number) < number) this.#unconfirmed.shift();
  }

  /**
   * Walks on and makes the next page; null at the end of the listing, `later` when there is nothing to list yet.
   * @throws Failure of the walk.
   */
  nextPage(): ListingPage | Later | null {
    if (this.#ended) return null;
    const startMs = performance.now();
    this.#records ??= this.source.records();
    const writer = new ByteWriter(64 * 1024);
    for (let count = 0; count < PAGE_RECORDS && writer.length < PAGE_BYTES; count++) {
      const next = this.#nextRecord(this.#records);
      if (next.done === true) {
        this.#ended = true;
        break;
      }
      if (next.value === LATER) {
        if (writer.length === 0) return LATER;
        break;
      }
      writeRecord(writer, next.value);
      this.#count(next.value);
    }
    this.clock.since('listing', startMs);
    return writer.length === 0 ? null : this.#seal(writer.view());
  }

  /** A walk that threw looks finished when asked again; the listing must not. */
  #nextRecord(records: Iterator<ListingRecord | Later, void>): IteratorResult<ListingRecord | Later, void> {
    if (this.#walkFailure !== null) throw this.#walkFailure;
    try {
      return records.next();
    } catch (error) {
      this.#walkFailure = toFailure(error, undefined, 'unreadable');
      throw this.#walkFailure;
    }
  }

  #count(record: ListingRecord): void {
    if (record.kind === 'enter') {
      this.#folder = record.folder;
      return;
    }
    this.#totals.entries += 1;
    if (record.kind === 'folder') this.#folders += 1;
    this.list?.add(record, this.#folder, this.#folders);
    if (record.kind !== 'file') return;
    this.#totals.files += 1;
    this.#totals.bytes += record.version.size;
  }

  #seal(bytes: Buffer): ListingPage {
    const hash = hashBytes(bytes);
    this.#digest = hashBytes(Buffer.concat([this.#digest, hash]));
    const page = { number: this.#nextPage, bytes, hash };
    this.#nextPage += 1;
    this.#unconfirmed.push(page);
    return page;
  }

  /** A connection was opened; what it will not deliver, if it is lost, may be asked for again. */
  connected(): void {
    this.#connections = Math.min(MAX_COUNTED_CONNECTIONS, this.#connections + 1);
  }

  /** Counts content about to be served. @throws as `#tooMuch`. */
  charge(bytes: number): void {
    this.#servedBytes += bytes;
    if (this.#servedBytes > this.#capOf(2)) this.#tooMuch('more bytes than listed');
  }

  /** Counts content about to be read for its hash: it costs the disk what the rest costs the wire. @throws as `#tooMuch`. */
  chargeHash(bytes: number): void {
    this.#hashedBytes += bytes;
    if (this.#hashedBytes > this.#capOf(2)) this.#tooMuch('hashed too often');
  }

  /** Counts content about to be searched, of which little may be served. @throws as `#tooMuch`. */
  chargeSearch(bytes: number): void {
    this.#searchedBytes += bytes;
    if (this.#searchedBytes > this.#capOf(SEARCHES)) this.#tooMuch('searched too often');
  }

  /**
   * A puller that had listed everything before this source was restarted knows more than this source: it has to
   * begin again, so that there is something to judge by.
   * @throws Failure `over-cap`; `interrupted` before anything is listed.
   */
  #tooMuch(reason: string): never {
    if (this.#records === null) throw new Failure('interrupted', { reason: 'listing lost' });
    throw new Failure('over-cap', { reason });
  }

  #capOf(times: number): number {
    const listedBytes = Math.max(this.#mostBytes, this.#totals.bytes);
    const served = this.source.servesBytes ?? 0;
    const allowed = RESEND_ALLOWANCE_BYTES * (1 + this.#restarts);
    return served + listedBytes * times + allowed + CONNECTION_ALLOWANCE_BYTES * this.#connections;
  }

  /** The puller says what it has: all of what was listed, something else, or this source has restarted. */
  commit(body: CommitBody): 'whole' | 'other' | 'not-listed' {
    if (this.#records === null) return 'not-listed';
    const isWhole =
      this.#ended && body.entries === this.#totals.entries && body.listingDigest.equals(this.#digest);
    return isWhole ? 'whole' : 'other';
  }

  close(): void {
    this.source.close();
  }
}
