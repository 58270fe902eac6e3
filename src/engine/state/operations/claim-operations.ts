import type { DatabaseSync } from 'node:sqlite';
import type { ClaimRecord, JobKey } from '../records.ts';
import { blob, integer, type Row } from '../row.ts';

function toClaim(row: Row): ClaimRecord {
  return {
    path: blob(row, 'path'),
    firstBlock: integer(row, 'first_block'),
    part: blob(row, 'part'),
    version: blob(row, 'version'),
    hashes: blob(row, 'hashes'),
  };
}

/** Blocks of unfinished files that are on disk. Recorded only after they were synced, and never believed unread. */
export function createClaimOperations(database: DatabaseSync) {
  const selectJob = database.prepare('SELECT 1 FROM jobs WHERE orderer = ? AND job = ? AND ended_ms IS NULL');
  const upsert = database.prepare(
    `INSERT INTO claims (orderer, job, path, first_block, part, version, hashes) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET part = excluded.part, version = excluded.version, hashes = excluded.hashes`,
  );
  const deleteOther = database.prepare(
    'DELETE FROM claims WHERE orderer = ? AND job = ? AND path = ? AND (version <> ? OR part <> ?)',
  );
  const deleteFile = database.prepare('DELETE FROM claims WHERE orderer = ? AND job = ? AND path = ?');
  const deleteJob = database.prepare('DELETE FROM claims WHERE orderer = ? AND job = ?');
  const select = database.prepare(
    'SELECT * FROM claims WHERE orderer = ? AND job = ? ORDER BY path, first_block',
  );

  return {
    /** Adds to what is claimed; claims of another version of a file, or of another part, are over. */
    add(key: JobKey, claims: readonly ClaimRecord[]): void {
      // A word that comes after the job has ended is about parts that are gone.
      if (selectJob.get(key.orderer, key.job) === undefined) return;
      for (const { path, firstBlock, part, version, hashes } of claims) {
        deleteOther.run(key.orderer, key.job, path, version, part);
        upsert.run(key.orderer, key.job, path, firstBlock, part, version, hashes);
      }
    },
    /** Nothing of these files counts any more. */
    drop(key: JobKey, paths: readonly Uint8Array[]): void {
      for (const path of paths) deleteFile.run(key.orderer, key.job, path);
    },
    dropAll(key: JobKey): void {
      deleteJob.run(key.orderer, key.job);
    },
    /** All of a job, by path and block. */
    list: (key: JobKey): readonly ClaimRecord[] => select.all(key.orderer, key.job).map(toClaim),
  };
}
