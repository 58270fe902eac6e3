import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Log } from '../engine-options.ts';
import { parseAddress } from '../link/address.ts';
import type { WayRecord } from '../state/operations/way-operations.ts';
import type { StateClient } from '../state/state-client.ts';

/** A measurement older than this says little about the network of today. */
const FORGET_AFTER_MS = 90 * 24 * 3_600_000;

interface WayParts {
  readonly state: Pick<StateClient, 'ways'>;
  /** Name of the interface that leads to a host; null where there is none or it cannot be told. */
  readonly interfaceTo: (host: string) => string | null;
  readonly log: Log;
}

/** How many connections were worth having on each way to a peer, by the interface that leads there. */
export class Ways {
  readonly #parts: WayParts;
  readonly #known = new Map<string, WayRecord>();

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  /** Reads what was measured before. @throws Failure `state-unusable`. */
  async load(): Promise<void> {
    for (const way of await this.#parts.state.ways.list()) this.#known.set(keyOf(way), way);
  }

  /** What was last measured on the way to `peer` at `host`, or null. */
  find(peer: DeviceId, host: string): WayRecord | null {
    const interfaceName = this.#parts.interfaceTo(host);
    const way = interfaceName === null ? undefined : this.#known.get(keyOf({ peer, interfaceName }));
    return way === undefined || Date.now() - way.measuredMs > FORGET_AFTER_MS ? null : way;
  }

  /** The same by the first of `addresses`, each `host:port`. */
  findAt(peer: DeviceId, [first]: readonly string[]): WayRecord | null {
    return first === undefined ? null : this.find(peer, parseAddress(first).host);
  }

  /** Keeps what was measured on the way to `peer` at `host`. A help: when that fails, it is left out. */
  learned(peer: DeviceId, host: string, found: Pick<WayRecord, 'streams' | 'bytesPerSecond'>): void {
    const interfaceName = this.#parts.interfaceTo(host);
    const { streams, bytesPerSecond } = found;
    if (interfaceName === null || bytesPerSecond <= 0) return;
    const way = { peer, interfaceName, streams, bytesPerSecond, measuredMs: Date.now() };
    this.#known.set(keyOf(way), way);
    this.#parts.state.ways.put(way).catch((error: unknown) => {
      this.#parts.log('info', 'way-not-remembered', { failure: toFailure(error).toData() });
    });
  }

  /** The same by the first of `addresses`. */
  learnedAt(
    peer: DeviceId,
    [first]: readonly string[],
    found: Pick<WayRecord, 'streams' | 'bytesPerSecond'>,
  ): void {
    if (first !== undefined) this.learned(peer, parseAddress(first).host, found);
  }
}

function keyOf({ peer, interfaceName }: Pick<WayRecord, 'peer' | 'interfaceName'>): string {
  return `${peer} ${interfaceName}`;
}
