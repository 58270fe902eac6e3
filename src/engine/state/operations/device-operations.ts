import type { DatabaseSync } from 'node:sqlite';
import type { DeviceKind, Visibility } from '../../../shared/device.ts';
import { Failure } from '../../../shared/failure.ts';
import type { DeviceRecord } from '../records.ts';
import { id, integer, type Row, text, word } from '../row.ts';

export const DEVICE_KINDS: readonly DeviceKind[] = ['desktop', 'laptop', 'server'];
const VISIBILITIES: readonly Visibility[] = ['everyone', 'paired', 'off'];

function toDevice(row: Row): DeviceRecord {
  return {
    id: id(row, 'id'),
    name: text(row, 'name'),
    kind: word(row, 'kind', DEVICE_KINDS),
    visibility: word(row, 'visibility', VISIBILITIES),
    keyPem: text(row, 'key_pem'),
    certificatePem: text(row, 'certificate_pem'),
    createdMs: integer(row, 'created_ms'),
  };
}

/** This device: key, certificate, name. */
export function createDeviceOperations(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM device');
  const insert = database.prepare(
    `INSERT INTO device (only_row, id, name, kind, visibility, key_pem, certificate_pem, created_ms)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const setName = database.prepare('UPDATE device SET name = ?');
  const setVisibility = database.prepare('UPDATE device SET visibility = ?');

  function get(): DeviceRecord | null {
    const row = select.get();
    return row === undefined ? null : toDevice(row);
  }

  function known(): DeviceRecord {
    const device = get();
    if (device === null) throw new Failure('key-unusable', { reason: 'no device' });
    return device;
  }

  return {
    /** Null before the first start of a home. */
    get,
    /** Created once: where there is a device already, that one is returned and the given one dropped. */
    create(device: DeviceRecord): DeviceRecord {
      insert.run(
        device.id,
        device.name,
        device.kind,
        device.visibility,
        device.keyPem,
        device.certificatePem,
        device.createdMs,
      );
      return known();
    },
    rename(name: string): DeviceRecord {
      setName.run(name);
      return known();
    },
    setVisibility(visibility: Visibility): DeviceRecord {
      setVisibility.run(visibility);
      return known();
    },
  };
}
