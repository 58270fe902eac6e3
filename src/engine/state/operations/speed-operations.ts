import type { DatabaseSync } from 'node:sqlite';
import type { JobKey, StoredSpeeds } from '../records.ts';
import { json } from '../row.ts';

/** How fast ended jobs were, as charts show it. A job that is forgotten takes its speeds with it. */
export function createSpeedOperations(database: DatabaseSync) {
  const select = database.prepare('SELECT series FROM speeds WHERE orderer = ? AND job = ?');
  const upsert = database.prepare(
    `INSERT INTO speeds (orderer, job, series) SELECT orderer, job, ?3 FROM jobs WHERE orderer = ?1 AND job = ?2
     ON CONFLICT DO UPDATE SET series = excluded.series`,
  );

  return {
    /** Null for a job that never moved anything, or ended before speeds were kept. */
    get(key: JobKey): StoredSpeeds | null {
      const row = select.get(key.orderer, key.job);
      return row === undefined ? null : json<StoredSpeeds>(row, 'series');
    },
    /** Keeps the speeds of a stored job; of one that is not stored nothing is kept. */
    put(key: JobKey, speeds: StoredSpeeds): void {
      upsert.run(key.orderer, key.job, JSON.stringify(speeds));
    },
  };
}
