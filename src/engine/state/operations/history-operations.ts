import type { DatabaseSync } from 'node:sqlite';
import type { JobView } from '../../../shared/job.ts';
import type { JobKey } from '../records.ts';
import { id, type Row } from '../row.ts';
import { toJob } from './job-row.ts';

/** Ended jobs that are remembered. */
export const MAX_ENDED_JOBS = 10_000;
/** Counted from the acknowledgement, or from the end where nobody ever acknowledged. */
export const KEEP_ENDED_MS = 30 * 24 * 3_600_000;
/** Where no history is wanted: a source that has not asked how it ended for this long will not. */
const KEEP_UNHEARD_MS = 24 * 3_600_000;

function toKey(row: Row): JobKey {
  return { orderer: id(row, 'orderer'), job: id(row, 'job') };
}

/** Keeps the list of ended jobs bounded. Jobs with parts on disk stay: nothing else would list those. */
export function createHistoryOperations(database: DatabaseSync) {
  const noParts = `NOT EXISTS
    (SELECT 1 FROM parts WHERE parts.orderer = jobs.orderer AND parts.job = jobs.job)`;
  const deleteOld = database.prepare(
    `DELETE FROM jobs WHERE ended_ms IS NOT NULL AND coalesce(acknowledged_ms, ended_ms) <= ? AND ${noParts}
     RETURNING orderer, job`,
  );
  // Acknowledged ones go first: the others are still somebody's only news of how it ended.
  const deleteOverflow = database.prepare(
    `DELETE FROM jobs WHERE rowid IN (
       SELECT rowid FROM jobs WHERE ended_ms IS NOT NULL AND ${noParts}
       ORDER BY acknowledged_ms IS NULL, ended_ms
       LIMIT max(0, (SELECT count(*) FROM jobs WHERE ended_ms IS NOT NULL) - ?))
     RETURNING orderer, job`,
  );

  // A destination's result is kept for its source; of all others this device is the orderer and knows it.
  const deleteEnded = database.prepare(
    `DELETE FROM jobs WHERE ended_ms IS NOT NULL AND ${noParts}
       AND (acknowledged_ms IS NOT NULL OR role <> 'destination' OR ended_ms <= ?)
     RETURNING orderer, job`,
  );

  const search = database.prepare(
    `SELECT * FROM jobs WHERE ended_ms IS NOT NULL
       AND (?1 = '' OR names LIKE ?2 ESCAPE '!' OR peer_name LIKE ?2 ESCAPE '!' OR into_path LIKE ?2 ESCAPE '!'
         OR job LIKE ?3 ESCAPE '!')
       AND (?4 IS NULL OR (ended_ms, job) < (SELECT ended_ms, job FROM jobs WHERE orderer = ?4 AND job = ?5))
     ORDER BY ended_ms DESC, job DESC LIMIT ?6`,
  );

  return {
    /**
     * Ended jobs, the latest first, in which `query` occurs: in a top-level name, the peer's name or the folder they
     * went into, whatever the case of its ASCII letters, or at the beginning of the id. Empty finds all.
     * @param before only those that ended before this job; null begins with the latest.
     */
    search(query: string, before: JobKey | null, limit: number): readonly JobView[] {
      const text = JSON.stringify(query).slice(1, -1).replaceAll(/[!%_]/g, '!$&');
      const key = [before?.orderer ?? null, before?.job ?? null] as const;
      return search.all(query, `%${text}%`, `${text}%`, ...key, limit).map((row) => toJob(row).view);
    },
    /** Forgets every ended job that nobody needs any more: what a person who wants no history asks for. */
    forgetEnded: (nowMs: number): readonly JobKey[] => deleteEnded.all(nowMs - KEEP_UNHEARD_MS).map(toKey),
    /** Forgets ended jobs over their time, then those over `maxEnded`; returns what it forgot. */
    prune(nowMs: number, maxEnded: number = MAX_ENDED_JOBS): readonly JobKey[] {
      return [...deleteOld.all(nowMs - KEEP_ENDED_MS), ...deleteOverflow.all(maxEnded)].map(toKey);
    },
  };
}
