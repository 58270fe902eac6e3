import type { DatabaseSync } from 'node:sqlite';

/** How many connections are worth having on each way to a peer, so that a copy need not find out again. */
export function addWays(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE ways (
      peer TEXT NOT NULL REFERENCES peers (id) ON DELETE CASCADE,
      interface TEXT NOT NULL,
      streams INTEGER NOT NULL,
      bytes_per_second INTEGER NOT NULL,
      measured_ms INTEGER NOT NULL,
      PRIMARY KEY (peer, interface)
    ) STRICT, WITHOUT ROWID;
  `);
}
