import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Log } from '../engine-options.ts';
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

/** What was measured on each way to a peer, by interface. Remembering is a help: when it fails, it is left out. */
export class Ways {
  readonly #parts: WayParts;

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  /** What was last measured on the way to `peer` at `host`, or null. */
  async find(peer: DeviceId, host: string): Promise<WayRecord | null> {
    const name = this.#parts.interfaceTo(host);
    if (name === null) return null;
    try {
      const way = await this.#parts.state.ways.get(peer, name);
      return way === null || Date.now() - way.measuredMs > FORGET_AFTER_MS ? null : way;
    } catch (error) {
      this.#note(error);
      return null;
    }
  }

  /** Keeps what was measured on the way to `peer` at `host`. */
  learned(peer: DeviceId, host: string, streams: number, bytesPerSecond: number): void {
    const name = this.#parts.interfaceTo(host);
    if (name === null || bytesPerSecond <= 0) return;
    const way = { streams, bytesPerSecond, measuredMs: Date.now() };
    this.#parts.state.ways.put(peer, name, way).catch((error: unknown) => this.#note(error));
  }

  #note(error: unknown): void {
    this.#parts.log('info', 'way-not-remembered', { failure: toFailure(error).toData() });
  }
}
