import type { Address, DeviceKind, Trust } from '../../shared/device.ts';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';
import type { AcceptAlways, PeerRecord } from '../state/records.ts';
import type { StateClient } from '../state/state-client.ts';

/** The paired devices, held in memory because trust is asked for on every message. */
export class PeerBook {
  readonly #state: StateClient;
  readonly #onChange: (peers: readonly PeerRecord[]) => void;
  readonly #peers = new Map<DeviceId, PeerRecord>();

  constructor(state: StateClient, onChange: (peers: readonly PeerRecord[]) => void) {
    this.#state = state;
    this.#onChange = onChange;
  }

  /** Reads them from the database. */
  async load(): Promise<void> {
    for (const peer of await this.#state.peers.list()) this.#peers.set(peer.id, peer);
    this.#onChange(this.list());
  }

  has(id: DeviceId): boolean {
    return this.#peers.has(id);
  }

  get(id: DeviceId): PeerRecord | null {
    return this.#peers.get(id) ?? null;
  }

  list(): readonly PeerRecord[] {
    return [...this.#peers.values()];
  }

  /** By local name, or by a prefix of its id in either form. @throws Failure `unknown-peer`, `ambiguous`. */
  find(reference: string): PeerRecord {
    const wanted = reference.toLowerCase();
    const named = this.list().filter((peer) => peer.name.toLowerCase() === wanted);
    if (named.length === 1) return named[0] as PeerRecord;
    const isMeant = ({ id }: PeerRecord) => id.startsWith(wanted) || shortIdOf(id).startsWith(wanted);
    const matching = wanted.length < 4 ? [] : this.list().filter(isMeant);
    if (matching.length > 1) throw new Failure('ambiguous', { subject: reference });
    if (matching[0] === undefined) throw new Failure('unknown-peer', { subject: reference });
    return matching[0];
  }

  /** Pins a device. @throws Failure `state-unusable`. */
  async add(peer: {
    readonly id: DeviceId;
    readonly name: string;
    readonly kind: DeviceKind;
    readonly trust: Trust;
    readonly addresses: readonly Address[];
  }): Promise<PeerRecord> {
    return this.#keep(await this.#state.peers.add({ ...peer, pairedMs: Date.now() }));
  }

  async setTrust(id: DeviceId, trust: Trust): Promise<PeerRecord> {
    return this.#keep(await this.#state.peers.setTrust(id, trust));
  }

  async setAcceptAlways(id: DeviceId, rule: AcceptAlways | null): Promise<PeerRecord> {
    return this.#keep(await this.#state.peers.setAcceptAlways(id, rule));
  }

  /** Gives it another name here. @throws Failure `usage` when another one has it. */
  async rename(id: DeviceId, name: string): Promise<PeerRecord> {
    return this.#keep(await this.#state.peers.rename(id, name));
  }

  /** Notes what a linked device calls itself. */
  async noteAnnouncedName(id: DeviceId, name: string): Promise<void> {
    const peer = this.#peers.get(id);
    if (peer === undefined || peer.announcedName === name) return;
    const noted = await this.#state.peers.setAnnouncedName(id, name);
    if (this.#peers.has(id)) this.#keep(noted);
  }

  /** Remembers another key that is not to be taken for this device again. */
  async block(id: DeviceId, shortId: string): Promise<PeerRecord> {
    return this.#keep(await this.#state.peers.block(id, shortId));
  }

  /** Keeps where a device was reached, without telling anybody. */
  async remember(id: DeviceId, addresses: readonly Address[]): Promise<void> {
    if (!this.#peers.has(id)) return;
    this.#peers.set(id, await this.#state.peers.setAddresses(id, addresses));
  }

  async remove(id: DeviceId): Promise<void> {
    // Out of memory first: from now on every message of it is refused, whatever the disk does.
    this.#peers.delete(id);
    await this.#state.peers.remove(id);
    this.#onChange(this.list());
  }

  #keep(peer: PeerRecord): PeerRecord {
    this.#peers.set(peer.id, peer);
    this.#onChange(this.list());
    return peer;
  }
}
