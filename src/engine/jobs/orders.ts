import type { CopyPlace } from '../../shared/browse.ts';
import type { CopyOptions } from '../../shared/copy-options.ts';
import type { JobView } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { Sharing } from '../shares/sharing.ts';
import type { JobRecord } from '../state/records.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { CopyOrders } from './copy-orders.ts';
import type { JobParts } from './job-parts.ts';
import { GivenOrders } from './order-giving.ts';
import { TakenOrders } from './order-taking.ts';
import type { ReceivingJobs } from './receiving.ts';
import { restoreOrder } from './restored-order.ts';
import type { SendingJobs } from './sending.ts';

interface OrderJobs {
  readonly sending: SendingJobs;
  readonly receiving: ReceivingJobs;
}

interface OrderParts extends JobParts {
  readonly sharing: Sharing;
  readonly ownAddresses: () => readonly string[];
  /** Places of this machine as absolute paths. */
  readonly places: { resolveHere(place: CopyPlace): Promise<string> };
}

/** Orders: given here, of others on our shares as source, and into our shares as destination. */
export class Orders {
  readonly #parts: OrderParts;
  readonly #jobs: OrderJobs;
  readonly #copies: CopyOrders;
  readonly #given: GivenOrders;
  readonly #taken: TakenOrders;

  constructor(parts: OrderParts, jobs: OrderJobs) {
    const shared = { ...parts, shares: parts.sharing.book };
    this.#parts = parts;
    this.#jobs = jobs;
    this.#copies = new CopyOrders(parts, jobs.sending, jobs.receiving);
    this.#given = new GivenOrders(shared, jobs.sending);
    this.#taken = new TakenOrders(shared, jobs.receiving);
  }

  /** As `CopyOrders.copy`. */
  async copy(
    from: readonly CopyPlace[],
    to: CopyPlace,
    options: CopyOptions,
    signal: AbortSignal,
  ): Promise<JobView> {
    return await this.#copies.copy(from, to, options, signal);
  }

  /** As `CopyOrders.again`. */
  async again(record: JobRecord, signal: AbortSignal): Promise<JobView> {
    return await this.#copies.again(record, signal);
  }

  /** Takes a message if it is an order, or asks for a right; true when it did. */
  handle(link: Link, message: LinkMessage): boolean {
    return this.#given.handle(link, message) || this.#taken.handle(link, message);
  }

  /** As `restoreOrder`. */
  async restore(record: JobRecord, isResting: boolean): Promise<boolean> {
    return await restoreOrder(
      { ...this.#parts, shares: this.#parts.sharing.book },
      this.#jobs,
      record,
      isResting,
    );
  }

  /** Trust in somebody has changed: what is not allowed any more ends now. */
  recheck(): void {
    this.#given.recheck();
    this.#taken.recheck();
  }
}
