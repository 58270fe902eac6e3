import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import { GrantTouch, newGrantRecord } from './grant-record.ts';
import type { JobParts } from './job-parts.ts';
import { type Granted, nameOfShared } from './order-records.ts';
import { newSecret, type Sending } from './sending-job.ts';
import { describeSelection } from './source-records.ts';
import { WorkerDeaths } from './worker-deaths.ts';

/** The rights that the jobs of a source give out: made, served by a data worker, renewed, revoked. */
export class SourceGrants {
  readonly #parts: JobParts;
  readonly #touch: GrantTouch;
  readonly #deaths = new WorkerDeaths();

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#touch = new GrantTouch(parts);
  }

  /** Lets one device pull this selection. */
  async give(sending: Sending, pullerId: DeviceId): Promise<void> {
    const { state, ownId } = this.#parts;
    const { orderer, job } = sending.live.key;
    const { secretHash, isAccepted, order } = sending;
    const isByPath = sending.page === null && order?.kind !== 'given';
    sending.pullerId = pullerId;
    if (order?.kind === 'elsewhere') return;
    const items = isByPath ? sending.items : [];
    const grant = newGrantRecord({
      orderer,
      ownId,
      pullerId,
      job,
      secretHash,
      items,
      isPending: !isAccepted,
    });
    await state.grants.create(grant);
    this.serve(sending, pullerId);
  }

  /** Lets a data worker answer the holder of the grant, from the start of the listing. */
  serve(sending: Sending, pullerId: DeviceId): void {
    const { live, secretHash, items, page, options, order, isForSeveral = false } = sending;
    const { job } = live.key;
    if (order?.kind === 'elsewhere') return;
    const { limitBytesPerSecond } = options;
    this.#parts.pool.post(job, {
      kind: 'serve',
      grant: {
        job,
        secretHash,
        pullerId,
        items,
        page: page?.items ?? null,
        limitBytesPerSecond,
        isResting: false,
        group: isForSeveral ? live.view.group : undefined,
      },
    });
  }

  /** The worker that served it has died. False: nobody else can, or too many have. */
  serveAgain(sending: Sending): boolean {
    const { pullerId, page, live } = sending;
    if (pullerId === null || page !== null || !this.#deaths.mayGoOn(live)) return false;
    this.serve(sending, pullerId);
    return true;
  }

  /** What an offer tells of it. @throws Failure `internal` when an earlier run of the engine gave the secret out. */
  describe(sending: Sending): Omit<OfferMessage, 'kind'> {
    const { live, secret, pullerId } = sending;
    const { job } = live.key;
    const { pool, links, ways } = this.#parts;
    const link = pullerId === null ? null : links.get(pullerId);
    const bestStreams = link === null ? null : (ways.find(link.peerId, link.remoteHost)?.streams ?? null);
    if (secret === null) throw new Failure('internal', { reason: 'no secret' });
    const { order, options } = sending;
    const described = describeSelection(
      job,
      { ...sending, secret },
      { dataPort: pool.portOf(job), bestStreams },
    );
    if (order === null || order.kind === 'given') return described;
    const limit = options.limitBytesPerSecond === null ? {} : { limit: options.limitBytesPerSecond };
    const ordered = { ...described, ...limit, into: order.into };
    if (order.kind === 'into') return ordered;
    const items = order.items
      .slice(0, 10)
      .map((item) => ({ name: nameOfShared(item), type: 'special', bytes: 0 }) as const);
    const unseen = { items, itemCount: order.items.length, complete: false };
    return { ...ordered, ...unseen, ...toDescription(order.granted), source: order.source };
  }

  /** Has it listed from the beginning again; one whose secret nobody here remembers gets another one. */
  async renew(sending: Sending, pullerId: DeviceId): Promise<void> {
    if (sending.secret !== null) return this.serve(sending, pullerId);
    Object.assign(sending, newSecret());
    // In one turn, so in one transaction: never without any.
    await Promise.all([this.#revoke(sending), this.give(sending, pullerId)]);
  }

  /** The puller is there. */
  used(sending: Sending): void {
    if (sending.order?.kind === 'elsewhere') return;
    this.#touch.touch(sending.live.key.job, sending.secretHash);
  }

  /** The destination has accepted: from now on it lasts until the job ends. */
  async accepted(sending: Sending): Promise<void> {
    await this.#parts.state.grants.offerAccepted(sending.secretHash, Date.now());
  }

  /** Nobody may pull it any more. */
  async end(sending: Sending): Promise<void> {
    const { job } = sending.live.key;
    if (sending.order?.kind === 'elsewhere') return;
    this.#parts.pool.post(job, { kind: 'end-serve', job });
    // Nobody serves it any more, whether that is written or not; the job that it was for has ended.
    await this.#revoke(sending).catch((error: unknown) => {
      this.#parts.log('error', 'grant-not-revoked', { failure: toFailure(error).toData() });
    });
  }

  async #revoke({ live }: Sending): Promise<void> {
    await this.#parts.state.grants.revokeByJob(live.key);
  }
}

/** What a source said of a selection, as its orderer tells it on. */
function toDescription(granted: Granted | null): Partial<Granted> {
  if (granted === null) return {};
  const { items, itemCount, files, bytes, complete, dataPort } = granted;
  return { items, itemCount, files, bytes, complete, dataPort };
}
