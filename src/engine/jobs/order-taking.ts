import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { JobDevice } from '../../shared/job.ts';
import { findMount } from '../disk/mount-point.ts';
import type { Link } from '../link/link.ts';
import type { ShareBook } from '../shares/share-book.ts';
import type { JobRecord } from '../state/records.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import { MAX_ORDERS_PER_ORDERER } from '../wire/limits.ts';
import { readWay } from '../wire/way.ts';
import { newDestinationRecord } from './destination-records.ts';
import { inBackground } from './in-background.ts';
import type { JobParts } from './job-parts.ts';
import { unaskedOptionsOf } from './offers.ts';
import { endsOf, storeSharedItems, toDataAddresses } from './order-ends.ts';
import type { ReceivingJobs } from './receiving.ts';
import { addressesOf } from './source-addresses.ts';

type OrderMessage = OfferMessage & { readonly into: NonNullable<OfferMessage['into']> };

/** An order may patch a file; a plain offer never does, so it is no part of what both may wish. */
function orderedOptionsOf(message: OrderMessage): CopyOptions {
  return { ...unaskedOptionsOf(message), range: message.options.range };
}

interface TakingParts extends JobParts {
  readonly shares: ShareBook;
}

/** The destination's side of orders: what other devices have put into our shares. */
export class TakenOrders {
  readonly #parts: TakingParts;
  readonly #receiving: ReceivingJobs;

  constructor(parts: TakingParts, receiving: ReceivingJobs) {
    this.#parts = parts;
    this.#receiving = receiving;
    parts.shares.onChange(() => this.recheck());
  }

  /** Takes a message if it is an order; true when it was. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'offer' || message.into === undefined) return false;
    link.holdWhile(this.#answer(link, { ...message, into: message.into }));
    return true;
  }

  async #answer(link: Link, message: OrderMessage): Promise<void> {
    const { job } = message;
    try {
      const isTaken = await this.#take(link, message);
      if (isTaken) link.tell({ kind: 'offer-answer', job, state: 'accepted' });
    } catch (error) {
      const { code, subject, reason } = toFailure(error);
      this.#parts.log('warn', 'order-refused', { peer: link.peerId, job, code, reason });
      const detail = {
        ...(subject === undefined ? {} : { subject }),
        ...(reason === undefined ? {} : { reason }),
      };
      link.tell({ kind: 'offer-answer', job, state: 'declined', code, ...detail });
    }
  }

  /** False: it has ended, and its result was told. */
  async #take(link: Link, message: OrderMessage): Promise<boolean> {
    const { state, shares, book, pool, log } = this.#parts;
    const orderer = link.peerId;
    const { job, into } = message;
    await shares.rootFor(orderer, into.share, 'write');
    readWay(into.way);
    const known = await state.jobs.get({ orderer, job });
    if (known?.view.result) return !(await this.#receiving.tellStored(link, job));
    if (this.#receiving.ordererOf(job) === orderer) return true;
    if (book.get(job) !== null) throw new Failure('no-right', { reason: 'job id in use' });
    const isOver = [...this.#receiving.orders()].filter(({ record }) => record.orderer === orderer).length;
    if (isOver >= MAX_ORDERS_PER_ORDERER) throw new Failure('declined', { reason: 'too many orders' });
    const record = await this.#recordOf(link, message);
    const ends = await endsOf(this.#parts, record);
    // Within this device nobody has been asked for a right, and so nobody has looked.
    if (ends.items !== null) await pool.inspect(ends.items);
    await this.#receiving.startOrder(record, ends, this.#parts.links.get(message.source?.id ?? orderer));
    log('info', 'order-taken', { job, orderer });
    return true;
  }

  async #recordOf(link: Link, message: OrderMessage): Promise<JobRecord> {
    const { ownId, shares } = this.#parts;
    const { into, source } = message;
    const orderer = this.#nameOf(link.peerId, link.peerHello.name);
    const peer = source === undefined ? orderer : this.#nameOf(source.id, source.name);
    const isWithin = source?.id === ownId;
    if (isWithin && !source.items) throw new Failure('peer-misbehaved', { reason: 'nothing to copy' });
    const root = await shares.rootFor(link.peerId, into.share, 'write');
    const way = Buffer.from(into.way);
    const folder = way.length === 0 ? root.path : Buffer.concat([root.path, Buffer.from('/'), way]);
    return newDestinationRecord({
      ...{ described: message, peer, options: orderedOptionsOf(message) },
      addresses:
        source === undefined ? addressesOf(link, message.dataPort) : toDataAddresses(source.addresses),
      into: Buffer.from(folder).toString('utf8'),
      mountPoint: (await findMount(folder))?.point ?? null,
      ordered: {
        orderer: link.peerId,
        between: { source: isWithin ? null : peer, destination: null, orderedBy: orderer },
        share: { name: into.share, way: way.toString('base64') },
        items: isWithin ? storeSharedItems(source.items ?? []) : null,
      },
    });
  }

  /** As people here know a device, else as it is called by who vouches for it. */
  #nameOf(id: DeviceId, called: string): JobDevice {
    return { id, name: this.#parts.peers.get(id)?.name ?? (called || id.slice(0, 12)) };
  }

  /** Trust or shares have changed: what may not be written any more ends now. */
  recheck(): void {
    for (const { record, stored } of this.#receiving.orders()) {
      const { orderer, job, view } = record;
      if (orderer === this.#parts.ownId || stored.share === undefined) continue;
      if (this.#parts.shares.may(orderer, stored.share.name, 'write')) continue;
      this.#parts.log('warn', 'order-revoked', { peer: orderer, job });
      const why = new Failure('no-right', { subject: view.between?.orderedBy?.name ?? '', reason: 'write' });
      inBackground(this.#receiving.stop(job, why, 'parts'), this.#parts.log);
    }
  }
}
