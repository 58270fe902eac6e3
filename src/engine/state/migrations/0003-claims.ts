import type { DatabaseSync } from 'node:sqlite';

/** Blocks that are known to be on disk, so that a copy that was cut off goes on inside its large files. */
export function addClaims(database: DatabaseSync): void {
  database.exec(`
    -- One row for neighbouring blocks of one file: their BLAKE3 hashes, 32 bytes each, from block first_block on.
    -- path: names from the selection down, joined by '/'. part: what the file is called here until it is whole.
    -- version: size, mtime and ctime at the source, as on the wire.
    CREATE TABLE claims (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      path BLOB NOT NULL,
      first_block INTEGER NOT NULL,
      part BLOB NOT NULL,
      version BLOB NOT NULL,
      hashes BLOB NOT NULL,
      PRIMARY KEY (orderer, job, path, first_block),
      FOREIGN KEY (orderer, job) REFERENCES jobs (orderer, job) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
  `);
}
