import { Failure } from '../../shared/failure.ts';
import { hashBytes } from '../wire/block-hash.ts';
import type { SourceStream } from './pull-stream.ts';
import type { PullTally } from './pull-tally.ts';
import type { ListingEnd } from './read-answers.ts';

/** Listing pages asked for ahead. */
const PAGE_CREDIT = 4;

/** How far a listing has come, over all connections: pages in order, their digest, what may be asked for. */
export class PullListing {
  readonly #tally: PullTally;
  readonly #ways: { readonly first: SourceStream | null };
  readonly #mayAsk: () => boolean;
  #nextPage = 0;
  #owedCredit = 0;
  /** Over all pages so far. */
  digest: Buffer = Buffer.alloc(32);
  isEnded = false;

  /**
   * @param ways whose first one, if it is there, carries the listing.
   * @param mayAsk whether a further page should be asked for.
   */
  constructor(tally: PullTally, ways: { readonly first: SourceStream | null }, mayAsk: () => boolean) {
    this.#tally = tally;
    this.#ways = ways;
    this.#mayAsk = mayAsk;
  }

  /** Goes on over a new connection. */
  begin(stream: SourceStream): void {
    stream.list(this.#nextPage, PAGE_CREDIT);
  }

  /** Counts a page that came. @throws Failure `peer-misbehaved`. */
  page(number: number, hash: Buffer): void {
    if (number !== this.#nextPage || this.isEnded) {
      throw new Failure('peer-misbehaved', { reason: 'page out of order' });
    }
    this.#nextPage += 1;
    this.#owedCredit += 1;
    this.digest = hashBytes(Buffer.concat([this.digest, hash]));
  }

  /** Asks for as many pages as have come, unless enough is waiting. */
  payCredit(): void {
    while (this.#owedCredit > 0 && this.#mayAsk()) {
      const stream = this.#ways.first;
      if (stream === null) return;
      this.#owedCredit -= 1;
      stream.creditPage(this.#nextPage);
    }
  }

  /** @throws Failure `peer-misbehaved` when it is not what came. */
  end(end: ListingEnd): void {
    if (end.entries !== this.#tally.entries || !end.digest.equals(this.digest)) {
      throw new Failure('peer-misbehaved', { reason: 'listing does not add up' });
    }
    this.isEnded = true;
  }
}
