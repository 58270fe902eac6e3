import { DEFAULT_COPY_OPTIONS } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { ShareBook } from '../shares/share-book.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { MAX_ADDRESSES_PER_DEVICE, MAX_ORDERS_PER_ORDERER } from '../wire/limits.ts';
import type { GrantMessage } from '../wire/order-messages.ts';
import { inBackground } from './in-background.ts';
import type { JobParts } from './job-parts.ts';
import { newOrderRecord } from './order-records.ts';
import type { SendingJobs } from './sending.ts';
import { givenSending, type Sending } from './sending-job.ts';
import { toShareItems } from './shared-items.ts';
import { describeSelection } from './source-records.ts';

/** A right that nobody has come for by then is over. */
const UNUSED_MS = 60_000;

interface GivingParts extends JobParts {
  readonly shares: ShareBook;
  readonly ownAddresses: () => readonly string[];
}

/** The source's side of orders: which device may let which other one read what in our shares. */
export class GivenOrders {
  readonly #parts: GivingParts;
  readonly #sending: SendingJobs;

  constructor(parts: GivingParts, sending: SendingJobs) {
    this.#parts = parts;
    this.#sending = sending;
    parts.shares.onChange(() => this.recheck());
  }

  /** Takes a message if it asks for a right; true when it did. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'grant') return false;
    link.holdWhile(this.#answer(link, message));
    return true;
  }

  async #answer(link: Link, message: GrantMessage): Promise<void> {
    const { job } = message;
    try {
      const sending = await this.#give(link.peerId, message);
      link.tell({ kind: 'granted', job, ...this.#describe(sending) });
    } catch (error) {
      const { code, subject, reason } = toFailure(error);
      this.#parts.log('warn', 'grant-refused', { peer: link.peerId, job, code, reason });
      const detail = {
        ...(subject === undefined ? {} : { subject }),
        ...(reason === undefined ? {} : { reason }),
      };
      link.tell({ kind: 'grant-refused', job, code, ...detail });
    }
  }

  async #give(orderer: DeviceId, message: GrantMessage): Promise<Sending> {
    const { state, shares, pool, ownId, log } = this.#parts;
    const { job, puller, secretHash, items } = message;
    if (puller === ownId) throw new Failure('usage', { reason: 'nothing to give to oneself' });
    const chosen = await toShareItems(shares, orderer, items);
    const known = this.#sending.get(job);
    if (known !== null) {
      const isSame = known.live.key.orderer === orderer && known.pullerId === puller;
      if (isSame && known.secretHash.equals(Buffer.from(secretHash))) return known;
      throw new Failure('no-right', { reason: 'job id in use' });
    }
    const ended = await state.jobs.get({ orderer, job });
    if (ended?.view.result) throw new Failure('expired', { reason: 'job has ended' });
    if (this.#countOf(orderer) >= MAX_ORDERS_PER_ORDERER) {
      throw new Failure('declined', { reason: 'too many orders' });
    }
    const inspected = await pool.inspect(chosen);
    const order = { kind: 'given', items } as const;
    const record = newOrderRecord({
      ...{ orderer, job, role: 'source', options: DEFAULT_COPY_OPTIONS },
      peer: this.#nameOf(puller, message.pullerName),
      between: {
        source: null,
        destination: this.#nameOf(puller, message.pullerName),
        orderedBy: this.#nameOf(orderer, ''),
      },
      names: chosen.map(({ as }) => as ?? new Uint8Array(0)),
      stored: { order, secret: null },
    });
    const selection = { items: chosen, inspected, page: null };
    const sending = await this.#sending.take(record, puller, (live) =>
      givenSending(live, selection, record.options, { order, secretHash }),
    );
    log('info', 'grant-given', { job, orderer, puller });
    this.#endUnused(sending);
    return sending;
  }

  /** As people here know a device, else as the orderer calls it. */
  #nameOf(id: DeviceId, called: string): { readonly id: DeviceId; readonly name: string } {
    return { id, name: this.#parts.peers.get(id)?.name ?? (called || id.slice(0, 12)) };
  }

  #countOf(orderer: DeviceId): number {
    return this.#sending.list().filter(({ live }) => live.key.orderer === orderer).length;
  }

  #describe({ live, items, inspected, options }: Sending) {
    const { pool, ownAddresses } = this.#parts;
    const { job } = live.key;
    const selection = { items, inspected, page: null, options, secret: new Uint8Array(0) };
    const described = describeSelection(job, selection, { dataPort: pool.portOf(job), bestStreams: null });
    const { itemCount, files, bytes, complete, dataPort } = described;
    const addresses = ownAddresses().slice(0, MAX_ADDRESSES_PER_DEVICE);
    return { items: described.items, itemCount, files, bytes, complete, dataPort, addresses };
  }

  #endUnused(sending: Sending): void {
    const timer = setTimeout(() => {
      const isUsed = sending.streams > 0 || this.#parts.links.get(sending.pullerId as DeviceId) !== null;
      if (isUsed || this.#sending.get(sending.live.key.job) !== sending) return;
      if (sending.live.view.progress.totalFiles > 0) return;
      inBackground(
        this.#sending.fail(sending, new Failure('expired', { reason: 'nobody came for it' })),
        this.#parts.log,
      );
    }, UNUSED_MS);
    timer.unref();
    this.#parts.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  /** Trust or shares have changed: what may not be read any more ends now. */
  recheck(): void {
    for (const sending of this.#sending.list()) {
      const { order, live } = sending;
      if (order?.kind !== 'given') continue;
      const { orderer, job } = live.key;
      if (order.items.every(({ share }) => this.#parts.shares.may(orderer, share, 'read'))) continue;
      this.#parts.log('warn', 'grant-revoked', { peer: orderer, job });
      const why = new Failure('no-right', {
        subject: live.view.between?.orderedBy?.name ?? '',
        reason: 'read',
      });
      inBackground(this.#sending.fail(sending, why), this.#parts.log);
    }
  }
}
