import type { DatabaseSync } from 'node:sqlite';
import type { JobKey } from '../records.ts';
import { blob, integer } from '../row.ts';

/** Receipts of one job: about half a million files. What comes beyond cannot be verified later, and is said to be so. */
const MAX_JOB_BYTES = 64 * 1024 * 1024;
/** Of all jobs; those of the oldest ended jobs go first. */
export const MAX_ALL_BYTES = 512 * 1024 * 1024;

/** With which hashes the files of jobs came. They go with their job. */
export function createReceiptOperations(database: DatabaseSync) {
  const selectJob = database.prepare('SELECT 1 FROM jobs WHERE orderer = ? AND job = ?');
  const sizeOf = database.prepare(
    'SELECT coalesce(sum(length(entries)), 0) AS bytes FROM receipts WHERE orderer = ? AND job = ?',
  );
  const insert = database.prepare(
    `INSERT INTO receipts (orderer, job, number, entries)
     SELECT ?1, ?2, 1 + coalesce(max(number), 0), ?3 FROM receipts WHERE orderer = ?1 AND job = ?2`,
  );
  const select = database.prepare(
    'SELECT entries FROM receipts WHERE orderer = ? AND job = ? ORDER BY number',
  );
  const selectEnded = database.prepare(
    `SELECT orderer, job, sum(length(entries)) AS bytes FROM receipts JOIN jobs USING (orderer, job)
     WHERE ended_ms IS NOT NULL GROUP BY orderer, job ORDER BY ended_ms DESC`,
  );
  const deleteJob = database.prepare('DELETE FROM receipts WHERE orderer = ? AND job = ?');

  return {
    /** Keeps a blob of receipts of a stored job, as long as there is room for it. */
    add(key: JobKey, entries: Uint8Array): void {
      if (selectJob.get(key.orderer, key.job) === undefined) return;
      const row = sizeOf.get(key.orderer, key.job);
      const bytes = row === undefined ? 0 : integer(row, 'bytes');
      if (bytes + entries.length <= MAX_JOB_BYTES) insert.run(key.orderer, key.job, entries);
    },
    /** All blobs of a job, in the order they were kept. */
    list: (key: JobKey): readonly Uint8Array[] =>
      select.all(key.orderer, key.job).map((row) => blob(row, 'entries')),
    /** Drops those of the oldest ended jobs until all of them take at most `maxBytes`. */
    prune(maxBytes: number = MAX_ALL_BYTES): void {
      let kept = 0;
      for (const row of selectEnded.all()) {
        kept += integer(row, 'bytes');
        if (kept > maxBytes) deleteJob.run(String(row['orderer']), String(row['job']));
      }
    },
  };
}
