import type { Address, PeerView } from '../../shared/device.ts';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Clock } from './clock.ts';
import type { Sighting, SightingChange } from './discovery.ts';
import { firstProved, type Probe, type ProbeOutcome } from './first-proved.ts';
import { KeyWatch } from './key-watch.ts';
import { type PeerChange, PeerChanges } from './peer-changes.ts';
import * as limits from './peer-limits.ts';
import {
  addSighting,
  createPeerRow,
  type HostPort,
  isOnline,
  leastWorth,
  markGood,
  markWrong,
  type NamedDevice,
  type PairedPeer,
  type PeerRow,
  toAddress,
  toCandidates,
  toPeerView,
  typedSighting,
} from './peer-row.ts';
import { SightingOwners } from './sighting-owners.ts';

export interface PeerTableParts {
  readonly clock: Clock;
  readonly ownId: DeviceId;
  /** First 20 base32 characters of an id, as announcements carry them. */
  readonly shortIdOf: (id: DeviceId) => string;
  /** Asks an unpaired peer whether it is there. This and `connect` must end when their signal aborts. */
  readonly probe: Probe;
  /** Opens a link to a paired peer; its outcome is told by {@link PeerTable.linkUp}. Rejects when it cannot. */
  readonly connect: (id: DeviceId, addresses: readonly Address[], signal: AbortSignal) => Promise<void>;
  /** Good addresses of a paired peer changed: keep them for the next start. */
  readonly remember: (id: DeviceId, addresses: readonly Address[]) => void;
}

/**
 * Who is around: merges announcements, paired devices and links into one list, and measures liveness itself,
 * since mDNS never notices a crash. Announcements only say where to knock; a device is what its handshake
 * proves. A false announcement costs a probe; the most it can forge is the shown name of an unpaired device.
 *
 * Paired: online while a link is live; seen without a link, one is asked for.
 * Unpaired: `announced` (offline, id unknown) → probe → `online` → two failed probes → `offline` → forgotten.
 */
export class PeerTable {
  readonly #parts: PeerTableParts;
  readonly #rows = new Map<string, PeerRow>();
  readonly #owners = new SightingOwners();
  readonly #changes = new PeerChanges();
  readonly #keyWatch = new KeyWatch();
  readonly #attempts = new Set<Promise<void>>();
  /** Never proved rows whose first probe found no place, in order. */
  readonly #waiting = new Set<PeerRow>();
  #firstProbes = 0;
  #stopped = false;

  constructor(parts: PeerTableParts) {
    this.#parts = parts;
  }

  /** Every known peer: paired ones first, then by name. */
  list(): readonly PeerView[] {
    const views = [...this.#rows.values()].map(toPeerView).filter((view) => view !== null);
    return views.sort((a, b) => Number(b.paired) - Number(a.paired) || (a.name < b.name ? -1 : 1));
  }

  /** Tells every later change until `signal` aborts; `lastSeenMs` alone is none. */
  subscribe(listener: (change: PeerChange) => void, signal: AbortSignal): void {
    this.#changes.subscribe(listener, signal);
  }

  /** Takes in what discovery heard: `discovery.sightings((change) => table.observe(change), signal)`. */
  observe(change: SightingChange): void {
    if (this.#stopped) return;
    if (change.kind === 'left') this.#observeLeft(change.tag);
    else this.#observeSeen(change.sighting);
  }

  /** Replaces the paired devices; call again after any pairing, unpairing, renaming or change of trust. */
  setPaired(peers: readonly PairedPeer[]): void {
    if (this.#stopped) return;
    const paired = new Map(peers.map((peer) => [this.#parts.shortIdOf(peer.id), peer]));
    for (const row of [...this.#rows.values()]) {
      if (row.paired !== null && !paired.has(row.key)) this.#unpair(row);
    }
    for (const [key, peer] of paired) this.#pair(key, peer);
  }

  /**
   * A link to a paired peer is live. `address` is where it was dialled, null for one that came in. Call it
   * once a link can be used, whoever opened it.
   */
  linkUp(id: DeviceId, address: Address | null): void {
    const row = this.#pairedRow(id);
    if (row === null) return;
    row.isLinked = true;
    this.#keyWatch.linked(row, this.#rows.values());
    this.#sawRow(row);
    row.cancelTimer();
    if (address !== null) this.#prove(row, address);
    this.#tell(row);
  }

  /** The last link to that peer has ended. */
  linkDown(id: DeviceId): void {
    const row = this.#pairedRow(id);
    if (!row?.isLinked) return;
    row.isLinked = false;
    this.#sawRow(row);
    this.#tryAfter(row, limits.CONNECT_RETRY_MS);
    this.#tell(row);
  }

  /**
   * Lists a device that a handshake proved at `address`, typed by a person. Returns null when there is no room.
   * It stays as long as it answers there, and a while longer.
   */
  met(id: DeviceId, device: NamedDevice, at: HostPort): PeerView | null {
    const shortId = this.#parts.shortIdOf(id);
    const row = this.#stopped ? null : (this.#rows.get(shortId) ?? this.#addUnpaired(shortId, shortId));
    if (row === null) return null;
    row.id = id;
    // No owner: no announcement has its tag.
    if (row.sightings.size === 0) addSighting(row, typedSighting(shortId, device, at));
    this.#answered(row, toAddress(at.host, at.port));
    return toPeerView(row);
  }

  /** Ends the alarm of a paired peer; returns the short id of the key that raised it, null without one. */
  endAlarm(id: DeviceId): string | null {
    const row = this.#pairedRow(id);
    const shortId = row?.changedKey ?? null;
    if (row === null || shortId === null) return null;
    row.changedKey = null;
    this.#tell(row);
    return shortId;
  }

  /** Looks at once at everybody who is not known to be there: after a wake or a change of network. */
  refresh(): void {
    if (this.#stopped) return;
    for (const row of this.#rows.values()) if (!isOnline(row)) this.#tryAfter(row, 0);
  }

  /** Ends probes, dials and timers; the table stays readable and takes nothing in any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const row of this.#rows.values()) this.#still(row);
    await Promise.all(this.#attempts);
  }

  #observeSeen(sighting: Sighting): void {
    if (sighting.shortId === this.#parts.shortIdOf(this.#parts.ownId)) return;
    const ownerKey = this.#owners.get(sighting.tag);
    const owner = ownerKey === undefined ? undefined : this.#rows.get(ownerKey);
    const key = sighting.shortId ?? owner?.key ?? `tag:${sighting.tag}`;
    if (owner !== undefined && owner.key !== key) this.#drop(owner, sighting.tag);
    const row = this.#rows.get(key) ?? this.#addUnpaired(key, sighting.shortId);
    if (row === null) return;
    addSighting(row, sighting);
    this.#owners.set(sighting.tag, key);
    const nowMs = this.#parts.clock.nowMs();
    row.lastHintMs = nowMs;
    const isSettled = isOnline(row) || (row.shortId === null && row.id !== null);
    const restedMs = (row.lastTriedMs ?? 0) + limits.MIN_TRY_GAP_MS;
    if (!isSettled) this.#tryAfter(row, Math.max(0, restedMs - nowMs));
    this.#tell(row);
  }

  #observeLeft(tag: string): void {
    const row = this.#rows.get(this.#owners.get(tag) ?? '');
    if (row === undefined) return;
    this.#drop(row, tag);
    if (!this.#rows.has(row.key) || row.paired !== null || !isOnline(row)) return;
    // A goodbye anyone can forge: it makes the next failure count double, and comes to the point at once.
    row.failures = limits.PROBES_UNTIL_OFFLINE - 1;
    this.#tryAfter(row, 0);
  }

  /** Takes an announcement away from a row, and the row with it when nothing else speaks for it. */
  #drop(row: PeerRow, tag: string): void {
    row.sightings.delete(tag);
    this.#owners.delete(tag);
    if (row.sightings.size === 0 && row.paired === null && !isOnline(row)) this.#remove(row);
    else this.#tell(row);
  }

  #pair(key: string, peer: PairedPeer): void {
    const row = this.#rows.get(key) ?? this.#add(createPeerRow(key, key, this.#parts.clock.nowMs()));
    const isNew = row.paired === null;
    row.paired = peer;
    row.id = peer.id;
    if (isNew) {
      this.#still(row);
      row.failures = null;
      for (const hidden of [...this.#rows.values()]) {
        if (hidden.shortId === null && hidden.id === peer.id) this.#merge(hidden, row);
      }
      this.#tryAfter(row, 0);
    }
    this.#tell(row);
  }

  #unpair(row: PeerRow): void {
    this.#still(row);
    if (row.paired !== null) this.#keyWatch.unpaired(row.paired.id);
    row.paired = null;
    row.isLinked = false;
    row.changedKey = null;
    row.failures = null;
    if (row.sightings.size === 0) {
      this.#remove(row);
      return;
    }
    this.#tryAfter(row, 0);
    this.#tell(row);
  }

  /** Gives what an anonymous row knows to the row of the device that answered there. */
  #merge(hidden: PeerRow, row: PeerRow): void {
    for (const sighting of hidden.sightings.values()) {
      addSighting(row, sighting);
      this.#owners.set(sighting.tag, row.key);
    }
    for (const address of [...hidden.good].reverse()) markGood(row, address);
    hidden.sightings.clear();
    this.#remove(hidden);
  }

  #tryAfter(row: PeerRow, delayMs: number): void {
    row.cancelTimer();
    row.cancelTimer = this.#parts.clock.after(delayMs, () => this.#try(row));
  }

  #try(row: PeerRow): void {
    if (this.#stopped || row.isLinked || row.attempt !== null) return;
    // A paired device without any address waits for its announcement.
    if (row.paired !== null && toCandidates(row).length === 0) return;
    const isFirst = row.paired === null && row.lastSeenMs === null;
    if (isFirst && this.#firstProbes >= limits.MAX_FIRST_PROBES) {
      this.#waiting.add(row);
      return;
    }
    const attempt = new AbortController();
    row.attempt = attempt;
    row.lastTriedMs = this.#parts.clock.nowMs();
    const timeoutMs = row.paired === null ? limits.PROBE_TIMEOUT_MS : limits.CONNECT_TIMEOUT_MS;
    const cancelTimeout = this.#parts.clock.after(timeoutMs, () => attempt.abort());
    this.#firstProbes += isFirst ? 1 : 0;
    const done = (
      row.paired === null ? this.#probe(row, attempt) : this.#connect(row, row.paired.id, attempt)
    ).finally(() => {
      cancelTimeout();
      if (isFirst) this.#freeFirstProbe();
      this.#attempts.delete(done);
    });
    this.#attempts.add(done);
  }

  #freeFirstProbe(): void {
    this.#firstProbes -= 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#try(next);
  }

  async #connect(row: PeerRow, id: DeviceId, attempt: AbortController): Promise<void> {
    let isConnected = false;
    try {
      await this.#parts.connect(id, toCandidates(row), attempt.signal);
      isConnected = true;
    } catch (error) {
      // Why is the link's to tell; here it only means: later again.
      if (toFailure(error).code === 'wrong-device') await this.#lookForOtherKey(row, attempt);
    }
    if (!this.#finish(row, attempt) || row.isLinked || row.paired === null) return;
    row.failures = isConnected ? 0 : (row.failures ?? 0) + 1;
    const delayMs = limits.CONNECT_RETRY_MS * 2 ** Math.min(row.failures, 10);
    this.#tryAfter(row, Math.min(delayMs, limits.MAX_CONNECT_RETRY_MS));
    this.#tell(row);
  }

  /** Another device answered: if where this one was last, that may be a changed key. */
  async #lookForOtherKey(row: PeerRow, { signal }: AbortController): Promise<void> {
    const [address] = [...row.good, ...(row.paired?.addresses ?? [])];
    if (address === undefined || row.changedKey !== null) return;
    const found = await this.#parts.probe(address, signal).catch(() => null);
    if (found === null || signal.aborted || found === row.id || this.#pairedRow(found) !== null) return;
    if (this.#keyWatch.answered(row, this.#parts.shortIdOf(found))) this.#tell(row);
  }

  /** A device has proved there who it is; is it what a paired one that is away looked like? */
  #answered(row: PeerRow, address: Address): void {
    this.#sawRow(row);
    this.#prove(row, address);
    if (row.paired === null) this.#tryAfter(row, limits.PROBE_INTERVAL_MS);
    this.#tell(row);
    for (const alarmed of this.#keyWatch.met(row, this.#rows.values())) this.#tell(alarmed);
  }

  async #probe(row: PeerRow, attempt: AbortController): Promise<void> {
    const { shortIdOf, probe } = this.#parts;
    const isExpected = (id: DeviceId): boolean => row.shortId === null || shortIdOf(id) === row.shortId;
    const outcome = await firstProved(toCandidates(row), isExpected, probe, attempt.signal);
    if (!this.#finish(row, attempt)) return;
    for (const address of outcome.wrong) markWrong(row, address);
    if (outcome.proved === null) this.#probeFailed(row);
    else this.#probeSucceeded(row, outcome.proved);
  }

  #probeSucceeded(row: PeerRow, { id, address }: NonNullable<ProbeOutcome['proved']>): void {
    row.id = id;
    if (row.shortId !== null) {
      this.#answered(row, address);
      return;
    }
    this.#sawRow(row);
    this.#prove(row, address);
    // A stranger that hides, or this device's own announcement reflected: known now, and not asked again.
    const paired = this.#pairedRow(id);
    if (paired === null) return;
    this.#merge(row, paired);
    this.#tryAfter(paired, 0);
    this.#tell(paired);
  }

  #probeFailed(row: PeerRow): void {
    row.failures = (row.failures ?? 0) + 1;
    const isForgotten = this.#parts.clock.nowMs() - row.lastHintMs > limits.FORGET_AFTER_MS;
    if (!isOnline(row) && (row.sightings.size === 0 || isForgotten)) {
      this.#remove(row);
      return;
    }
    const isDecided = row.lastSeenMs === null || row.failures >= limits.PROBES_UNTIL_OFFLINE;
    this.#tryAfter(row, isDecided ? limits.OFFLINE_PROBE_INTERVAL_MS : limits.PROBE_RETRY_MS);
    this.#tell(row);
  }

  /** Clears the attempt; false when its outcome no longer matters. */
  #finish(row: PeerRow, attempt: AbortController): boolean {
    if (row.attempt !== attempt) return false;
    row.attempt = null;
    return !this.#stopped && this.#rows.get(row.key) === row;
  }

  #sawRow(row: PeerRow): void {
    row.failures = 0;
    row.lastSeenMs = this.#parts.clock.nowMs();
    row.lastHintMs = row.lastSeenMs;
  }

  #prove(row: PeerRow, address: Address): void {
    const before = row.good.join(' ');
    markGood(row, address);
    if (row.paired !== null && row.good.join(' ') !== before) this.#parts.remember(row.paired.id, row.good);
  }

  #pairedRow(id: DeviceId): PeerRow | null {
    const row = this.#rows.get(this.#parts.shortIdOf(id));
    // Compared whole: a short id is a name, not a proof.
    return row?.paired?.id === id && !this.#stopped ? row : null;
  }

  #add(row: PeerRow): PeerRow {
    this.#rows.set(row.key, row);
    return row;
  }

  #addUnpaired(key: string, shortId: string | null): PeerRow | null {
    const unpaired = [...this.#rows.values()].filter((row) => row.paired === null);
    const victim = unpaired.length < limits.MAX_UNPAIRED_PEERS ? null : leastWorth(unpaired);
    if (victim === undefined) return null;
    if (victim !== null) this.#remove(victim);
    return this.#add(createPeerRow(key, shortId, this.#parts.clock.nowMs()));
  }

  #remove(row: PeerRow): void {
    this.#still(row);
    for (const tag of row.sightings.keys()) this.#owners.delete(tag);
    this.#rows.delete(row.key);
    this.#tell(row);
  }

  #still(row: PeerRow): void {
    this.#waiting.delete(row);
    row.cancelTimer();
    row.attempt?.abort();
    row.attempt = null;
  }

  #tell(row: PeerRow): void {
    this.#changes.tell(row.key, this.#rows.get(row.key) === row ? toPeerView(row) : null);
  }
}
