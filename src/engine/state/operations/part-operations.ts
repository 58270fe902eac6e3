import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../../shared/failure.ts';
import type { JobKey, PartRecord } from '../records.ts';
import { blob, id, integer, type Row, word } from '../row.ts';

const PART_TYPES: readonly PartRecord['type'][] = ['file', 'folder'];

function toPart(row: Row): PartRecord {
  return {
    path: blob(row, 'path'),
    type: word(row, 'type', PART_TYPES),
    bytes: integer(row, 'bytes'),
    keptMs: integer(row, 'kept_ms'),
  };
}

/** What jobs left on disk. Recorded before it is created and forgotten after it is gone, never the other way. */
export function createPartOperations(database: DatabaseSync) {
  const upsert = database.prepare(
    `INSERT INTO parts (orderer, job, path, type, bytes, kept_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET type = excluded.type, bytes = excluded.bytes, kept_ms = excluded.kept_ms`,
  );
  const selectJob = database.prepare('SELECT 1 FROM jobs WHERE orderer = ? AND job = ?');
  const deleteOne = database.prepare('DELETE FROM parts WHERE orderer = ? AND job = ? AND path = ?');
  const select = database.prepare('SELECT * FROM parts WHERE orderer = ? AND job = ? ORDER BY path');
  const selectAll = database.prepare('SELECT * FROM parts ORDER BY orderer, job, path');

  return {
    /** Records parts of a job that is stored; the same path again replaces what was known of it. */
    add(key: JobKey, parts: readonly PartRecord[]): void {
      if (selectJob.get(key.orderer, key.job) === undefined) {
        throw new Failure('unknown-job', { subject: key.job });
      }
      for (const part of parts) {
        upsert.run(key.orderer, key.job, part.path, part.type, part.bytes, part.keptMs);
      }
    },
    remove(key: JobKey, paths: readonly Uint8Array[]): void {
      for (const path of paths) deleteOne.run(key.orderer, key.job, path);
    },
    list: (key: JobKey): readonly PartRecord[] => select.all(key.orderer, key.job).map(toPart),
    /** Of every job. */
    listAll: (): readonly (JobKey & PartRecord)[] =>
      selectAll.all().map((row) => ({ orderer: id(row, 'orderer'), job: id(row, 'job'), ...toPart(row) })),
  };
}
