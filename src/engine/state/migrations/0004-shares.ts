import type { DatabaseSync } from 'node:sqlite';

/** Folders that other devices may use. */
export function addShares(database: DatabaseSync): void {
  database.exec(`
    -- readers, writers: JSON, an array of device ids or one word; see shared/share.ts.
    CREATE TABLE shares (
      name_key TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      dir TEXT NOT NULL,
      readers TEXT NOT NULL,
      writers TEXT NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `);
}
