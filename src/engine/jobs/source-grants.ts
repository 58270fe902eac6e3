import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import { GrantTouch, newGrantRecord } from './grant-record.ts';
import type { JobParts } from './job-parts.ts';
import { newSecret, type Sending } from './sending-job.ts';
import { describeSelection } from './source-records.ts';

/** The rights that the jobs of a source give out: made, served by a data worker, renewed, revoked. */
export class SourceGrants {
  readonly #parts: JobParts;
  readonly #touch: GrantTouch;

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#touch = new GrantTouch(parts);
  }

  /** Lets one device pull this selection. */
  async give(sending: Sending, pullerId: DeviceId): Promise<void> {
    const { state, ownId } = this.#parts;
    const { job } = sending.live.key;
    const { secretHash, isAccepted } = sending;
    const items = sending.page === null ? sending.items : [];
    sending.pullerId = pullerId;
    const grant = newGrantRecord({ ownId, pullerId, job, secretHash, items, isPending: !isAccepted });
    await state.grants.create(grant);
    this.serve(sending, pullerId);
  }

  /** Lets a data worker answer the holder of the grant, from the start of the listing. */
  serve({ live, secretHash, items, page, options }: Sending, pullerId: DeviceId): void {
    const { job } = live.key;
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
      },
    });
  }

  /** What an offer tells of it. @throws Failure `internal` when an earlier run of the engine gave the secret out. */
  describe(sending: Sending): Omit<OfferMessage, 'kind'> {
    const { live, secret, pullerId } = sending;
    const { job } = live.key;
    const { pool, links, ways } = this.#parts;
    const link = pullerId === null ? null : links.get(pullerId);
    const bestStreams = link === null ? null : (ways.find(link.peerId, link.remoteHost)?.streams ?? null);
    if (secret === null) throw new Failure('internal', { reason: 'no secret' });
    return describeSelection(job, { ...sending, secret }, { dataPort: pool.portOf(job), bestStreams });
  }

  /** Has it listed from the beginning again; one whose secret nobody here remembers gets another one. */
  async renew(sending: Sending, pullerId: DeviceId): Promise<void> {
    if (sending.secret !== null) return this.serve(sending, pullerId);
    Object.assign(sending, newSecret());
    await this.#revoke(sending);
    await this.give(sending, pullerId);
  }

  /** The puller is there. */
  used(sending: Sending): void {
    this.#touch.touch(sending.live.key.job, sending.secretHash);
  }

  /** The destination has accepted: from now on it lasts until the job ends. */
  async accepted(sending: Sending): Promise<void> {
    await this.#parts.state.grants.offerAccepted(sending.secretHash, Date.now());
  }

  /** Nobody may pull it any more. */
  async end(sending: Sending): Promise<void> {
    const { job } = sending.live.key;
    this.#parts.pool.post(job, { kind: 'end-serve', job });
    await this.#revoke(sending);
  }

  async #revoke({ live }: Sending): Promise<void> {
    const { state, ownId } = this.#parts;
    await state.grants.revokeByJob({ orderer: ownId, job: live.key.job });
  }
}
