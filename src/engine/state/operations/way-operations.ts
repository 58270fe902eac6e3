import type { DatabaseSync } from 'node:sqlite';
import type { DeviceId } from '../../../shared/ids.ts';
import { id, integer, text } from '../row.ts';

/** How many connections were worth having on one way to a peer, as it was last measured. */
export interface WayRecord {
  readonly peer: DeviceId;
  /** Of this device, by which the peer is reached. */
  readonly interfaceName: string;
  readonly streams: number;
  readonly bytesPerSecond: number;
  /** Unix ms. */
  readonly measuredMs: number;
}

/** The ways to paired devices: by peer, and by the interface of this device that leads there. */
export function createWayOperations(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM ways');
  const upsert = database.prepare(
    `INSERT INTO ways (peer, interface, streams, bytes_per_second, measured_ms)
     SELECT id, ?2, ?3, ?4, ?5 FROM peers WHERE id = ?1
     ON CONFLICT DO UPDATE SET streams = excluded.streams, bytes_per_second = excluded.bytes_per_second,
       measured_ms = excluded.measured_ms`,
  );

  return {
    list: (): readonly WayRecord[] =>
      select.all().map((row) => ({
        peer: id(row, 'peer'),
        interfaceName: text(row, 'interface'),
        streams: integer(row, 'streams'),
        bytesPerSecond: integer(row, 'bytes_per_second'),
        measuredMs: integer(row, 'measured_ms'),
      })),
    /** Keeps what was measured; of a device that is not paired nothing is kept. */
    put({ peer, interfaceName, streams, bytesPerSecond, measuredMs }: WayRecord): void {
      upsert.run(peer, interfaceName, streams, Math.round(bytesPerSecond), measuredMs);
    },
  };
}
