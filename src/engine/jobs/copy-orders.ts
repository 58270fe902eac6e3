import { createHash, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CopyPlace } from '../../shared/browse.ts';
import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { JobDevice, JobView } from '../../shared/job.ts';
import { findMount } from '../disk/mount-point.ts';
import type { Sharing } from '../shares/sharing.ts';
import { listedName, type SelectedItem } from '../source/selection.ts';
import type { JobRecord, PeerRecord } from '../state/records.ts';
import type { OrderPlace, SharedItem } from '../wire/order-messages.ts';
import { parseWay, wayBytes } from '../wire/way.ts';
import { adoptOrder } from './adopt-order.ts';
import { type AtTarget, settleTarget } from './copy-target.ts';
import { newDestinationRecord } from './destination-records.ts';
import { secretHashOf } from './grant-record.ts';
import type { JobParts } from './job-parts.ts';
import type { Described } from './new-pull-view.ts';
import { endsOf, storeOwnItems, toDataAddresses } from './order-ends.ts';
import { nameOfShared, newOrderRecord } from './order-records.ts';
import { blame } from './order-sending.ts';
import { type OrderedCopy, orderedCopyOf, storeCopy } from './ordered-copy.ts';
import type { ReceivingJobs } from './receiving.ts';
import { pathOfItem, pieceOf, toSelectedItems } from './selected-items.ts';
import type { SendingJobs } from './sending.ts';
import { orderedSending } from './sending-job.ts';
import { addressesOf, toAddressText } from './source-addresses.ts';

interface CopyParts extends JobParts {
  readonly sharing: Sharing;
  readonly places: { resolveHere(place: CopyPlace): Promise<string> };
}

/** One copy as it is ordered: ends and name settled. */
interface Settled {
  readonly job: JobId;
  readonly secret: Buffer;
  readonly options: CopyOptions;
  /** The only source is called so at the destination; null: all keep their names. */
  readonly as: Buffer | null;
  /** The same for the same order, so that it is found again. */
  readonly fingerprint: string;
  readonly copy: OrderedCopy;
}

/** Copies between any two devices, as somebody here orders them. */
export class CopyOrders {
  readonly #parts: CopyParts;
  readonly #sending: SendingJobs;
  readonly #receiving: ReceivingJobs;

  constructor(parts: CopyParts, sending: SendingJobs, receiving: ReceivingJobs) {
    this.#parts = parts;
    this.#sending = sending;
    this.#receiving = receiving;
  }

  /**
   * Orders a copy. What the destination is, folder or new name, and the policy for clashes are settled with it.
   * @param settled whether it goes into the named place, where that was settled before; null: it is looked at now.
   * @throws Failure `usage`, `no-such-path`, `no-right`, `unreachable`, `destination-not-folder`.
   */
  async copy(
    from: readonly CopyPlace[],
    to: CopyPlace,
    options: CopyOptions,
    signal: AbortSignal,
    settled: boolean | null = null,
  ): Promise<JobView> {
    const [first] = from;
    if (first === undefined) throw new Failure('usage', { reason: 'nothing to copy' });
    const peerOf = ({ peer }: CopyPlace) => (peer === null ? null : this.#parts.peers.find(peer));
    const source = peerOf(first);
    if (options.range && from.length > 1) throw new Failure('usage', { reason: 'a range is of one file' });
    if (from.some((place) => peerOf(place)?.id !== source?.id)) {
      throw new Failure('usage', { reason: 'all sources must be on one device' });
    }
    const destination = peerOf(to);
    const fingerprint = fingerprintOf(from, to, options);
    const same = options.dryRun ? null : await this.#adopt(fingerprint);
    if (same !== null) return same;
    const look = async () => settleTarget(to.path, await this.#lookAt(destination, to, signal), from.length);
    const isInto = settled ?? (await look()).isInto;
    const order: Settled = {
      job: randomBytes(16).toString('hex') as JobId,
      secret: randomBytes(32),
      options,
      as: isInto ? null : Buffer.from(basename(to.path)),
      fingerprint,
      copy: {
        from: from.map((place) => ({ ...place, peer: peerOf(place)?.id ?? null })),
        to: { ...to, peer: destination?.id ?? null },
        isInto,
      },
    };
    if (destination === null) {
      const into = await this.#folderHere(to, isInto);
      if (source === null) return await this.#within(order, await this.#itemsHere(from, order), into);
      return await this.#fetch(order, source, shareItems(from, order), into, signal);
    }
    const into = placeIn(to, isInto);
    if (source === null)
      return await this.#push(order, await this.#itemsHere(from, order), destination, into);
    return await this.#order(order, source, shareItems(from, order), destination, into);
  }

  /** Orders an ended job again, to where it went. @throws Failure `usage` where it was not ordered here; as `copy`. */
  async again({ job, resume, options }: JobRecord, signal: AbortSignal): Promise<JobView> {
    const copy = orderedCopyOf(resume);
    if (copy === null)
      throw new Failure('usage', { subject: job, reason: 'only who ordered it can order it again' });
    return await this.copy(copy.from, copy.to, options, signal, copy.isInto);
  }

  async #adopt(fingerprint: string): Promise<JobView | null> {
    const { sharing, ...parts } = this.#parts;
    const jobs = { sending: this.#sending, receiving: this.#receiving };
    return await adoptOrder({ ...parts, shares: sharing.book }, jobs, fingerprint);
  }

  async #lookAt(peer: PeerRecord | null, to: CopyPlace, signal: AbortSignal): Promise<AtTarget> {
    if (peer === null) {
      const path = await this.#parts.places.resolveHere(to);
      const found = await stat(path).catch(() => null);
      return found === null ? 'nothing' : found.isDirectory() ? 'folder' : 'other';
    }
    if (to.share === null) throw new Failure('usage', { reason: 'the destination is in no share' });
    const link = await this.#parts.links.open(peer.id, this.#parts.addressesOf(peer.id), signal);
    const question = { share: to.share, way: wayBytes(parseWay(to.path)), after: new Uint8Array(0) };
    try {
      const { asker } = this.#parts.sharing;
      const { at } = await asker.ask(link, { ...question, action: 'look', limit: 1 }, signal);
      return at === null ? 'nothing' : at.type === 'folder' ? 'folder' : 'other';
    } catch (error) {
      const failure = toFailure(error);
      // A share that is there, and on the way in it something is not: it is made.
      if (failure.code === 'no-such-path' && failure.reason === 'ENOENT') return 'nothing';
      throw blame(failure, peer.name);
    }
  }

  async #itemsHere(from: readonly CopyPlace[], { as, options }: Settled): Promise<SelectedItem[]> {
    const paths = await Promise.all(from.map((place) => this.#parts.places.resolveHere(place)));
    const items = toSelectedItems(paths);
    const named = as === null ? items : items.map((item) => ({ ...item, as }));
    return named.map((item) => ({ ...item, range: pieceOf(options) }));
  }

  async #folderHere(to: CopyPlace, isInto: boolean): Promise<string> {
    const path = await this.#parts.places.resolveHere(to);
    return isInto ? path : dirname(path);
  }

  /** From this device into a share of another one. */
  async #push(
    order: Settled,
    items: readonly SelectedItem[],
    destination: PeerRecord,
    into: OrderPlace,
  ): Promise<JobView> {
    const { ownId, pool } = this.#parts;
    const { job, secret, options, fingerprint, copy } = order;
    const inspected = await pool.inspect(items);
    const stored = { order: { kind: 'into', into, as: order.as }, secret } as const;
    const record = newOrderRecord({
      ...{ orderer: ownId, job, role: 'source', options, stored },
      peer: deviceOf(destination),
      between: { source: null, destination: deviceOf(destination), orderedBy: null },
      names: items.map(listedName),
      resume: {
        fingerprint,
        copy: storeCopy(copy),
        items: items.map((item) => pathOfItem(item).toString('base64')),
      },
    });
    const chosen = { items, inspected, page: null };
    const { live } = await this.#sending.take(record, destination.id, (made) =>
      orderedSending(made, chosen, options, stored),
    );
    return live.view;
  }

  /** From another device to another one, or within one: the bytes never come here. */
  async #order(
    order: Settled,
    source: PeerRecord,
    items: readonly SharedItem[],
    destination: PeerRecord,
    into: OrderPlace,
  ): Promise<JobView> {
    const { job, secret, options, fingerprint, copy } = order;
    const isWithin = source.id === destination.id;
    const wanted = { id: source.id, name: source.name, addresses: [], items: isWithin ? [...items] : null };
    const stored = {
      order: { kind: 'elsewhere', into, source: wanted, items, granted: null },
      secret,
    } as const;
    const record = newOrderRecord({
      ...{ orderer: this.#parts.ownId, job, role: 'orderer', options, stored },
      peer: deviceOf(destination),
      between: { source: deviceOf(source), destination: deviceOf(destination), orderedBy: null },
      names: items.map(nameOfShared),
      resume: { fingerprint, copy: storeCopy(copy) },
    });
    const nothing = { items: [], inspected: [], page: null };
    const { live } = await this.#sending.take(record, destination.id, (made) =>
      orderedSending(made, nothing, options, stored),
    );
    return live.view;
  }

  /** From a share of another device to this one. */
  async #fetch(
    order: Settled,
    source: PeerRecord,
    items: readonly SharedItem[],
    into: string,
    signal: AbortSignal,
  ): Promise<JobView> {
    const { ownId, addressesOf: addressesNow } = this.#parts;
    const { job, secret, options } = order;
    const question = {
      job,
      puller: ownId,
      pullerName: '',
      secretHash: secretHashOf(secret),
      items: [...items],
    };
    const { granted, link } = await this.#sending.asker
      .ask(source, question, signal)
      .catch((error: unknown) => {
        throw blame(toFailure(error), source.name);
      });
    const known = [
      ...addressesOf(link, granted.dataPort).map(({ host, port }) => toAddressText(host, port)),
      ...addressesNow(source.id),
      ...granted.addresses,
    ];
    const record = newDestinationRecord({
      ...{ described: { ...granted, secret, options: wishesOf(options) }, into, options, isUrgent: true },
      mountPoint: await mountOf(into),
      peer: deviceOf(source),
      addresses: toDataAddresses([...new Set(known)]),
      codeHash: order.fingerprint,
      ordered: {
        orderer: ownId,
        between: { source: deviceOf(source), destination: null, orderedBy: null },
        share: null,
        items: null,
        copy: storeCopy(order.copy),
      },
    });
    const ends = await endsOf({ shares: this.#parts.sharing.book, ownId }, record);
    return await this.#receiving.startOrder(record, ends, link);
  }

  /** From this device to itself. */
  async #within(order: Settled, items: readonly SelectedItem[], into: string): Promise<JobView> {
    const { ownId, pool } = this.#parts;
    const { job, secret, options } = order;
    const inspected = await pool.inspect(items);
    const described: Described = {
      ...{ job, secret, options: wishesOf(options), dataPort: 0, complete: false },
      items: items.slice(0, 10).map((item, index) => ({
        name: listedName(item),
        type: inspected[index]?.type ?? 'special',
        bytes: inspected[index]?.bytes ?? 0,
      })),
      itemCount: items.length,
      files: 0,
      bytes: 0,
    };
    const record = newDestinationRecord({
      ...{ described, peer: { id: ownId, name: '' }, addresses: [], into, options, isUrgent: true },
      mountPoint: await mountOf(into),
      codeHash: order.fingerprint,
      ordered: {
        orderer: ownId,
        between: { source: null, destination: null, orderedBy: null },
        share: null,
        items: storeOwnItems(items),
        copy: storeCopy(order.copy),
      },
    });
    const ends = await endsOf({ shares: this.#parts.sharing.book, ownId }, record);
    return await this.#receiving.startOrder(record, ends);
  }
}

async function mountOf(into: string): Promise<string | null> {
  return (await findMount(Buffer.from(into)))?.point ?? null;
}

function deviceOf({ id, name }: PeerRecord): JobDevice {
  return { id, name };
}

/** Where it goes in a share of the destination. */
function placeIn({ share, path }: CopyPlace, isInto: boolean): OrderPlace {
  const way = parseWay(path);
  return { share: share ?? '', way: wayBytes(isInto ? way : way.slice(0, -1)) };
}

function shareItems(from: readonly CopyPlace[], { as, options }: Settled): SharedItem[] {
  const range = pieceOf(options);
  return from.map(({ share, path }) => {
    if (share === null) throw new Failure('usage', { subject: path, reason: 'the source is in no share' });
    const item = { share, way: wayBytes(parseWay(path)), as: as ?? new Uint8Array(0) };
    return range === undefined ? item : { ...item, range };
  });
}

function wishesOf(options: CopyOptions): Described['options'] {
  const { onConflict, checksum, verify, dryRun, streams, compress, delta, reuse, range } = options;
  return {
    range,
    onConflict,
    checksum,
    verify,
    dryRun,
    compress,
    delta,
    reuse,
    streams: streams === 'auto' ? 0 : streams,
  };
}

function fingerprintOf(from: readonly CopyPlace[], to: CopyPlace, options: CopyOptions): string {
  const { onConflict, checksum, verify, range } = options;
  return createHash('sha256')
    .update(JSON.stringify([from, to, onConflict, checksum, verify, range]))
    .digest('hex');
}
