import { Failure } from '../../../shared/failure.ts';
import { cleanName } from '../clean-name.ts';
import { systemClock } from '../clock.ts';
import type { Announcement, Discovery, Sighting, SightingChange } from '../discovery.ts';
import { SightingMemory } from '../sighting-memory.ts';

/** A network inside one process: what one discovery announces, all others on it see. */
export class MemoryNetwork {
  readonly #members = new Set<MemoryDiscovery>();
  #tags = 0;

  /** Attaches a device that is reached at `address`. */
  attach(address: string): MemoryDiscovery {
    return new MemoryDiscovery(this, address);
  }

  /** A tag nobody else on this network has. */
  nextTag(): string {
    this.#tags += 1;
    return `tag-${this.#tags}`;
  }

  /** Tells everybody but `from`; null `from` is a stranger, for tests of hostile announcements. */
  tell(from: MemoryDiscovery | null, change: SightingChange): void {
    for (const member of [...this.#members]) if (member !== from) member.hear(change);
  }

  /** Joins the network and gets an answer from each other member. */
  join(member: MemoryDiscovery): void {
    this.#members.add(member);
    for (const other of [...this.#members]) if (other !== member) other.answer(member);
  }

  leave(member: MemoryDiscovery): void {
    this.#members.delete(member);
  }
}

/** {@link Discovery} without sockets; made by {@link MemoryNetwork.attach}. */
export class MemoryDiscovery implements Discovery {
  readonly #network: MemoryNetwork;
  readonly #address: string;
  readonly #memory = new SightingMemory(systemClock);
  #announcement: Announcement | null = null;
  #published: Sighting | null = null;
  #running = false;

  constructor(network: MemoryNetwork, address: string) {
    this.#network = network;
    this.#address = address;
  }

  async start(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Failure('cancelled', {}, signal.reason);
    if (this.#running) return;
    this.#running = true;
    this.#network.join(this);
    this.#publish();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#withdraw();
    this.#running = false;
    this.#network.leave(this);
    this.#memory.clear();
  }

  announce(announcement: Announcement): void {
    this.#announcement = announcement;
    if (this.#running) this.#publish();
  }

  sightings(listener: (change: SightingChange) => void, signal: AbortSignal): void {
    this.#memory.subscribe(listener, signal);
  }

  get isDeaf(): boolean {
    return false;
  }

  refresh(): void {
    if (this.#running) this.#network.join(this);
  }

  /** Goes away without a goodbye, as a crash does. */
  crash(): void {
    this.#published = null;
    this.#running = false;
    this.#network.leave(this);
    this.#memory.clear();
  }

  /** Called by the network. */
  hear(change: SightingChange): void {
    if (this.#running) this.#memory.take(change);
  }

  /** Called by the network: what this device would answer to a query by `asker`. */
  answer(asker: MemoryDiscovery): void {
    if (this.#published !== null) asker.hear({ kind: 'seen', sighting: this.#published });
  }

  #publish(): void {
    const before = this.#published;
    this.#published = this.#announcement === null ? null : this.#toSighting(this.#announcement);
    if (this.#published !== null) this.#network.tell(this, { kind: 'seen', sighting: this.#published });
    if (before !== null) this.#network.tell(this, { kind: 'left', tag: before.tag });
  }

  #withdraw(): void {
    if (this.#published !== null) this.#network.tell(this, { kind: 'left', tag: this.#published.tag });
    this.#published = null;
  }

  #toSighting({ shortId, name, kind, port, visibility }: Announcement): Sighting | null {
    if (visibility === 'off' || port === 0) return null;
    const isOpen = visibility === 'everyone';
    return {
      tag: this.#network.nextTag(),
      shortId: isOpen ? shortId : null,
      name: isOpen ? cleanName(name) : null,
      kind,
      port,
      addresses: [this.#address],
      interfaceName: 'memory',
    };
  }
}
