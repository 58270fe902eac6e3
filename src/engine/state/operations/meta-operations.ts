import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { EpochRecord } from '../records.ts';
import { integer, type Row, text } from '../row.ts';

/** Starts that are remembered: over a year of daily ones. */
export const MAX_EPOCHS = 500;

/** Single values of the home. */
export type MetaName = 'control-socket';

function toEpoch(row: Row): EpochRecord {
  return { epoch: text(row, 'epoch'), startedMs: integer(row, 'started_ms') };
}

/** What belongs to the home as a whole. */
export function createMetaOperations(database: DatabaseSync) {
  const insertEpoch = database.prepare('INSERT INTO epochs (epoch, started_ms) VALUES (?, ?)');
  const trimEpochs = database.prepare(
    'DELETE FROM epochs WHERE number <= (SELECT max(number) FROM epochs) - ?',
  );
  const selectEpochs = database.prepare('SELECT * FROM epochs ORDER BY number DESC');
  const selectValue = database.prepare('SELECT value FROM meta WHERE name = ?');
  const setValue = database.prepare(
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const deleteValue = database.prepare('DELETE FROM meta WHERE name = ?');

  return {
    /** Once per engine start: the new restart epoch. */
    beginEpoch(nowMs: number): EpochRecord {
      const record = { epoch: randomBytes(16).toString('hex'), startedMs: nowMs };
      insertEpoch.run(record.epoch, record.startedMs);
      trimEpochs.run(MAX_EPOCHS);
      return record;
    },
    /**
     * Newest first. A job that somebody saw here under an epoch in this list and that is not stored is gone;
     * under any other epoch this home never knew it (or lost its database since).
     */
    epochs: (): readonly EpochRecord[] => selectEpochs.all().map(toEpoch),
    get(name: MetaName): string | null {
      const row = selectValue.get(name);
      return row === undefined ? null : text(row, 'value');
    },
    set(name: MetaName, value: string): void {
      setValue.run(name, value);
    },
    remove(name: MetaName): void {
      deleteValue.run(name);
    },
  };
}
