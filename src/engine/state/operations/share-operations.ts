import type { DatabaseSync } from 'node:sqlite';
import type { ShareReaders, ShareWriters } from '../../../shared/share.ts';
import type { ShareRecord } from '../records.ts';
import { integer, json, type Row, text } from '../row.ts';
import { nameKey } from './local-name.ts';

function toShare(row: Row): ShareRecord {
  return {
    name: text(row, 'name'),
    dir: text(row, 'dir'),
    readers: json<ShareReaders>(row, 'readers'),
    writers: json<ShareWriters>(row, 'writers'),
    createdMs: integer(row, 'created_ms'),
  };
}

/** Folders that others may use, by name whatever its case. */
export function createShareOperations(database: DatabaseSync) {
  const selectAll = database.prepare('SELECT * FROM shares ORDER BY name_key');
  const upsert = database.prepare(
    `INSERT INTO shares (name_key, name, dir, readers, writers, created_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, dir = excluded.dir, readers = excluded.readers,
       writers = excluded.writers`,
  );
  const deleteOne = database.prepare('DELETE FROM shares WHERE name_key = ?');

  return {
    list: (): readonly ShareRecord[] => selectAll.all().map(toShare),
    /** Adds it, or changes the one of this name. */
    put({ name, dir, readers, writers, createdMs }: ShareRecord): void {
      upsert.run(nameKey(name), name, dir, JSON.stringify(readers), JSON.stringify(writers), createdMs);
    },
    remove(name: string): void {
      deleteOne.run(nameKey(name));
    },
  };
}
