import { createHash } from 'node:crypto';
import type { PeerView } from '../../../shared/device.ts';
import { Failure } from '../../../shared/failure.ts';
import type { DeviceId } from '../../../shared/ids.ts';
import type { Sighting } from '../discovery.ts';
import type { PairedPeer } from '../peer-row.ts';
import { PeerTable } from '../peer-table.ts';
import { ManualClock } from './manual-clock.ts';

/** An id by a name; two names never have the same. */
export const idOf = (name: string): DeviceId => createHash('sha256').update(name).digest('hex') as DeviceId;
/** Not as the engine does it: the table must not care. */
export const shortIdOf = (id: DeviceId): string => id.slice(0, 20);
export const OWN = idOf('own');
export const BOAT = idOf('boat');
export const SECOND_MS = 1000;

const started: World[] = [];

/** Ends every world; to be called after each test. */
export async function endWorlds(): Promise<void> {
  for (const world of started.splice(0)) {
    await world.table.stop();
    if (world.clock.pending > 0) throw new Error('a timer was left behind');
  }
}

/** A table on a pretended network: who answers where, and what the table asked for. */
export class World {
  readonly clock = new ManualClock();
  /** Who answers at an address; `silent` accepts and never answers. */
  readonly hosts = new Map<string, DeviceId | 'silent'>();
  readonly probed: string[] = [];
  readonly connected: { id: DeviceId; addresses: readonly string[] }[] = [];
  readonly remembered: { id: DeviceId; addresses: readonly string[] }[] = [];
  readonly seen = new Map<string, PeerView>();
  probesAtOnce = 0;
  mostProbesAtOnce = 0;
  readonly table: PeerTable;

  constructor() {
    this.table = new PeerTable({
      clock: this.clock,
      ownId: OWN,
      shortIdOf,
      probe: (address, signal) => this.#probe(address, signal),
      connect: async (id, addresses) => {
        this.connected.push({ id, addresses });
        const address = addresses.find((one) => this.hosts.get(one) === id);
        const isOther = addresses.some((one) => this.hosts.has(one));
        if (address === undefined) throw new Failure(isOther ? 'wrong-device' : 'unreachable');
        this.table.linkUp(id, address);
      },
      remember: (id, addresses) => this.remembered.push({ id, addresses }),
    });
    this.table.subscribe((change) => {
      if (change.kind === 'peer-changed') this.seen.set(change.peer.shortId, change.peer);
      else this.seen.delete(change.shortId);
    }, new AbortController().signal);
    started.push(this);
  }

  async #probe(address: string, signal: AbortSignal): Promise<DeviceId> {
    this.probed.push(address);
    this.probesAtOnce += 1;
    this.mostProbesAtOnce = Math.max(this.mostProbesAtOnce, this.probesAtOnce);
    try {
      const host = this.hosts.get(address);
      if (host === undefined) throw new Error('refused');
      if (host === 'silent') {
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        });
      }
      return host as DeviceId;
    } finally {
      this.probesAtOnce -= 1;
    }
  }

  see(change: Partial<Sighting> = {}): void {
    this.table.observe({ kind: 'seen', sighting: { ...sighting, ...change } });
  }

  boat(): PeerView | undefined {
    return this.table.list().find((view) => view.shortId === shortIdOf(BOAT));
  }
}

const sighting: Sighting = {
  tag: 'tag-boat',
  shortId: shortIdOf(BOAT),
  name: 'Boat',
  kind: 'laptop',
  port: 3120,
  addresses: ['10.0.0.2'],
  interfaceName: 'lan0',
};
/** Where the boat announces itself. */
export const AT = '10.0.0.2:3120';
/** The boat, paired. */
export const paired: PairedPeer = {
  id: BOAT,
  name: 'My boat',
  announcedName: 'Boat',
  kind: 'laptop',
  trust: 'mine',
  addresses: [],
  rule: { into: '/boat', maxBytes: 5 },
  pairedMs: 7,
  blockedShortIds: [],
};
