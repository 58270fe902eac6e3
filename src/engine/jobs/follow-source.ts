import type { DeviceId } from '../../shared/ids.ts';
import { parseAddress } from '../link/address.ts';
import type { Link } from '../link/link.ts';
import type { StoredPull } from './destination-records.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { type ReachingSource, reachSource } from './reach-source.ts';
import { addressesOf, toAddressText } from './source-addresses.ts';
import type { SourceTeller, ToldPull } from './tell-source.ts';

/** Places where a source was that are remembered. */
const MAX_ADDRESSES = 8;

/** A pull whose source may move. */
export interface FollowedPull extends ToldPull {
  readonly live: LiveJob;
  readonly sourceId: DeviceId;
  readonly stored: StoredPull;
  /** Where the source is, as far as is known. */
  addresses: readonly string[];
}

/** Keeps pulls in touch with sources that come from elsewhere, or that cannot be dialled from here. */
export class SourceFollower {
  readonly #parts: JobParts;
  readonly #teller: SourceTeller;

  constructor(parts: JobParts, teller: SourceTeller) {
    this.#parts = parts;
    this.#teller = teller;
  }

  /** The source speaks from elsewhere than last: it has moved, perhaps back, was restarted, or has another address. */
  followTo(receiving: FollowedPull, link: Link): void {
    const addresses = addressesOf(link, receiving.stored.dataPort);
    const texts = addresses.map(({ host, port }) => toAddressText(host, port));
    // One that was known and left is another one too: it is looked for where it came from last.
    if (texts.every((address, at) => receiving.addresses[at] === address)) return;
    const { job } = receiving.live.key;
    this.#parts.pool.post(job, { kind: 'readdress', job, addresses });
    this.reachElsewhere(receiving);
    receiving.addresses = [...new Set([...texts, ...receiving.addresses])].slice(0, MAX_ADDRESSES);
  }

  /**
   * There is no link to the source any more: it is looked for, and connections on which nothing comes are not held
   * for alive as long as before.
   */
  lost(receiving: FollowedPull & ReachingSource): void {
    const { job } = receiving.live.key;
    this.#parts.pool.post(job, { kind: 'readdress', job, addresses: [] });
    void reachSource(this.#parts, receiving);
  }

  /** The data worker dials where the source was when the job began; from anywhere else it has to dial us. */
  reachElsewhere(receiving: FollowedPull): void {
    const { state, waitingFor } = receiving.live.view;
    const link = this.#parts.links.get(receiving.sourceId);
    if (link === null || state !== 'waiting' || waitingFor !== 'peer') return;
    const isKnown = receiving.addresses.some((address) => parseAddress(address).host === link.remoteHost);
    if (!isKnown) this.askToBeDialled(receiving);
  }

  askToBeDialled(receiving: FollowedPull): void {
    const { job, progress } = receiving.live.view;
    this.#teller.send(receiving, { kind: 'dial-me', job, streams: Math.max(1, progress.streams) });
  }
}
