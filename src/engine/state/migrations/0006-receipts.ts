import type { DatabaseSync } from 'node:sqlite';

/** With which hashes files came, so that what a job wrote can be verified any time later. */
export function addReceipts(database: DatabaseSync): void {
  database.exec(`
    -- One row for many files, in the order they came; entries: records of transfer/receipt.ts.
    CREATE TABLE receipts (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      number INTEGER NOT NULL,
      entries BLOB NOT NULL,
      PRIMARY KEY (orderer, job, number),
      FOREIGN KEY (orderer, job) REFERENCES jobs (orderer, job) ON DELETE CASCADE
    ) STRICT;
  `);
}
