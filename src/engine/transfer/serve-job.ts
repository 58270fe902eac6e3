import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { Source } from '../source/source.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { CommitBody } from '../wire/data-wants.ts';
import { type ListingRecord, writeRecord } from '../wire/listing-page.ts';
import type { RateLimit } from './rate-limit.ts';
import { StageClock } from './stage-clock.ts';

/** Records of one page: a few milliseconds of walking between two looks at the wants. */
const PAGE_RECORDS = 1_000;
/** Bytes after which a page is closed; one more record still fits below MAX_META_BYTES. */
const PAGE_BYTES = 512 * 1024;

/** Pages kept until they have arrived; a puller asks for a few at a time. */
const MAX_UNCONFIRMED_PAGES = 32;

/** Resent bytes have a bound of their own: what was listed once more, and some blocks for small jobs. */
const RESEND_ALLOWANCE_BYTES = 256 * 1024 * 1024;

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
  #records: Iterator<ListingRecord, void> | null = null;
  #nextPage = 0;
  /** Pages handed out and not yet known to have arrived. */
  readonly #unconfirmed: ListingPage[] = [];
  #ended = false;
  #walkFailure: Failure | null = null;
  #lister: object | null = null;
  #digest: Buffer = Buffer.alloc(32);
  #totals = { entries: 0, files: 0, bytes: 0 };
  #servedBytes = 0;

  constructor(job: JobId, source: Source, limit: RateLimit | null) {
    this.job = job;
    this.source = source;
    this.limit = limit;
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

  /**
   * Pages from `from` on that were handed out and may be lost.
   * @throws Failure `interrupted` when they are not kept any more: this walk began after a restart.
   */
  resendFrom(from: number): readonly ListingPage[] {
    this.confirmBefore(from);
    const first = this.#unconfirmed[0]?.number ?? this.#nextPage;
    if (from < first || from > this.#nextPage) throw new Failure('interrupted', { reason: 'listing lost' });
    return [...this.#unconfirmed];
  }

  /** The puller has every page before `number`. */
  confirmBefore(number: number): void {
    while ((this.#unconfirmed[0]?.number ?? number) < number) this.#unconfirmed.shift();
  }

  /** Walks on and makes the next page; null at the end of the listing. @throws Failure of the walk. */
  nextPage(): ListingPage | null {
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
      writeRecord(writer, next.value);
      this.#count(next.value);
    }
    this.clock.since('listing', startMs);
    return writer.length === 0 ? null : this.#seal(writer.view());
  }

  /** A walk that threw looks finished when asked again; the listing must not. */
  #nextRecord(records: Iterator<ListingRecord, void>): IteratorResult<ListingRecord, void> {
    if (this.#walkFailure !== null) throw this.#walkFailure;
    try {
      return records.next();
    } catch (error) {
      this.#walkFailure = toFailure(error, undefined, 'unreadable');
      throw this.#walkFailure;
    }
  }

  #count(record: ListingRecord): void {
    if (record.kind === 'enter') return;
    this.#totals.entries += 1;
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

  /** Counts content about to be served. @throws Failure `over-cap`. */
  charge(bytes: number): void {
    this.#servedBytes += bytes;
    const cap = this.#totals.bytes * 2 + RESEND_ALLOWANCE_BYTES;
    if (this.#servedBytes > cap) throw new Failure('over-cap', { reason: 'more bytes than listed' });
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
