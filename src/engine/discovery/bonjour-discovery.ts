import { randomBytes } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';
import { type BonjourInstance, openBonjour } from './bonjour.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Announcement, Discovery, SightingChange } from './discovery.ts';
import { interfaceKey, listNetworkInterfaces, type NetworkInterface } from './network-interfaces.ts';
import { SightingMemory } from './sighting-memory.ts';

/** Interfaces come and go without notice; nobody tells Node. */
const RESCAN_INTERVAL_MS = 3000;
/** Queries after the first one, since the start or the last change: packets get lost, access points sleep. */
const QUERY_DELAYS_MS = [1000, 3000, 9000] as const;
const QUERY_INTERVAL_MS = 30_000;
/** RFC 6762 §2. */
const MDNS_PORT = 5353;
const TAG_BYTES = 10;
/** Tags of this device that others may still repeat. */
const MAX_OWN_TAGS = 256;

export interface BonjourDiscoveryParts {
  readonly log: Log;
  readonly clock?: Clock;
  /** Which interfaces there are; a part, so that tests can stay on one. */
  readonly listInterfaces?: () => readonly NetworkInterface[];
  /** Another UDP port than that of mDNS; a part, so that tests hear nobody else. */
  readonly mdnsPort?: number;
}

interface Open {
  readonly network: NetworkInterface;
  readonly instance: BonjourInstance;
  isReady: boolean;
}

/** {@link Discovery} by mDNS, through bonjour-service, with one socket per network interface. */
export class BonjourDiscovery implements Discovery {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #listInterfaces: () => readonly NetworkInterface[];
  readonly #mdnsPort: number;
  readonly #memory: SightingMemory;
  /** By interface key and announcement: whatever changes opens a new one, under a new tag. */
  readonly #open = new Map<string, Open>();
  readonly #closing = new Set<Promise<void>>();
  readonly #ownTags = new Set<string>();
  /** Interface and reason of failures already logged, so that a held port is one line, not one every 3 s. */
  readonly #logged = new Set<string>();
  /** Interfaces on which the last try to listen failed. */
  readonly #deaf = new Set<string>();
  #announcement: Announcement | null = null;
  #running = false;
  #cancelRescan: () => void = () => {};
  #cancelQuery: () => void = () => {};

  constructor(parts: BonjourDiscoveryParts) {
    this.#log = parts.log;
    this.#clock = parts.clock ?? systemClock;
    this.#listInterfaces = parts.listInterfaces ?? listNetworkInterfaces;
    this.#mdnsPort = parts.mdnsPort ?? MDNS_PORT;
    this.#memory = new SightingMemory(this.#clock);
  }

  async start(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Failure('cancelled', {}, signal.reason);
    if (this.#running) return;
    this.#running = true;
    this.#rescan();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelRescan();
    this.#cancelQuery();
    for (const key of [...this.#open.keys()]) this.#close(key);
    await Promise.all(this.#closing);
    this.#memory.clear();
    this.#logged.clear();
    this.#deaf.clear();
  }

  announce(announcement: Announcement): void {
    this.#announcement = announcement;
    if (this.#running) this.#reconcile();
  }

  get isDeaf(): boolean {
    return this.#deaf.size > 0 && ![...this.#open.values()].some((open) => open.isReady);
  }

  sightings(listener: (change: SightingChange) => void, signal: AbortSignal): void {
    this.#memory.subscribe(listener, signal);
  }

  refresh(): void {
    if (this.#running) this.#askRepeatedly();
  }

  #rescan(): void {
    this.#reconcile();
    this.#cancelRescan = this.#clock.after(RESCAN_INTERVAL_MS, () => this.#rescan());
  }

  /** Opens what is missing and closes what is no longer so; asks again after any change. */
  #reconcile(): void {
    const { visibility = 'off', port = 0 } = this.#announcement ?? {};
    const announcement = visibility === 'off' || port === 0 ? null : this.#announcement;
    const wanted = new Map(
      this.#listInterfaces().map((network) => [
        `${interfaceKey(network)} ${JSON.stringify(announcement)}`,
        network,
      ]),
    );
    const outdated = [...this.#open.keys()].filter((key) => !wanted.has(key));
    const missing = [...wanted].filter(([key]) => !this.#open.has(key));
    const present = new Set([...wanted.values()].map((network) => network.name));
    for (const name of this.#deaf) if (!present.has(name)) this.#deaf.delete(name);
    // The new one first: for others the device is there all the time.
    for (const [key, network] of missing) this.#openOn(key, network, announcement);
    for (const key of outdated) this.#close(key);
    if (missing.length > 0) this.#askRepeatedly();
  }

  #openOn(key: string, network: NetworkInterface, announcement: Announcement | null): void {
    const tag = randomBytes(TAG_BYTES).toString('hex');
    this.#rememberOwn(tag);
    const instance = openBonjour({
      network,
      port: this.#mdnsPort,
      tag,
      announcement,
      onChange: (change) => this.#hear(change),
      onReady: () => {
        this.#deaf.delete(network.name);
        const open = this.#open.get(key);
        if (open !== undefined) open.isReady = true;
      },
      onFailure: (failure) => {
        this.#logOnce(network, failure);
        // Only a socket that could not be bound is dropped, for the next scan to try again; a packet that
        // could not be sent (interface going down) is not a reason.
        if (failure.code !== 'port-taken' && failure.code !== 'no-permission') return;
        this.#deaf.add(network.name);
        this.#close(key);
      },
    });
    this.#open.set(key, { network, instance, isReady: false });
  }

  #close(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    const closed = open.instance.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  #hear(change: SightingChange): void {
    const tag = change.kind === 'seen' ? change.sighting.tag : change.tag;
    if (this.#running && !this.#ownTags.has(tag)) this.#memory.take(change);
  }

  #askRepeatedly(): void {
    this.#cancelQuery();
    this.#ask([...QUERY_DELAYS_MS], 0);
  }

  #ask(delaysMs: readonly number[], atMs: number): void {
    for (const { instance } of this.#open.values()) instance.query();
    const [next, ...rest] = delaysMs;
    const delayMs = next === undefined ? QUERY_INTERVAL_MS : next - atMs;
    this.#cancelQuery = this.#clock.after(delayMs, () => this.#ask(rest, next ?? 0));
  }

  #rememberOwn(tag: string): void {
    this.#ownTags.add(tag);
    for (const old of this.#ownTags) {
      if (this.#ownTags.size <= MAX_OWN_TAGS) break;
      this.#ownTags.delete(old);
    }
  }

  #logOnce(network: NetworkInterface, failure: Failure): void {
    const key = `${network.name} ${failure.code} ${failure.reason ?? ''}`;
    if (this.#logged.has(key)) return;
    this.#logged.add(key);
    this.#log('warn', 'mdns-failed', { interface: network.name, ...failure.toData() });
  }
}
