import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../../shared/failure.ts';
import { MAX_PROBLEMS } from '../../../shared/job.ts';
import { pathText } from '../path-text.ts';
import type { JobChange, JobKey, JobRecord } from '../records.ts';
import { id, integer, type Row } from '../row.ts';
import { COOKIE_STARTS_WITH, findByCookie } from './cookie-prefix.ts';
import { fromJob, toJob, UPSERT_JOB } from './job-row.ts';
import type { createPartOperations } from './part-operations.ts';
import type { createProblemOperations } from './problem-operations.ts';

/** Jobs that were on their way when the engine ended. */
const ON_THE_WAY = `state IN ('preparing', 'running', 'finishing')`;

function toKey(row: Row): JobKey {
  return { orderer: id(row, 'orderer'), job: id(row, 'job') };
}

/**
 * Jobs in every state. Those that change a job throw Failure `unknown-job` when it is not stored. Only `get`
 * and `findByPrefix` bring the problems of a result.
 */
export function createJobOperations(
  database: DatabaseSync,
  problems: ReturnType<typeof createProblemOperations>,
  parts: ReturnType<typeof createPartOperations>,
) {
  const select = database.prepare('SELECT * FROM jobs WHERE orderer = ? AND job = ?');
  const selectAll = database.prepare('SELECT * FROM jobs ORDER BY created_ms DESC, job LIMIT ?');
  const selectOpen = database.prepare('SELECT * FROM jobs WHERE ended_ms IS NULL ORDER BY created_ms, job');
  const selectByCookie = database.prepare(`SELECT * FROM jobs WHERE ${COOKIE_STARTS_WITH} LIMIT 2`);
  const upsert = database.prepare(UPSERT_JOB);
  const setAcknowledged = database.prepare(
    'UPDATE jobs SET acknowledged_ms = coalesce(acknowledged_ms, ?) WHERE orderer = ? AND job = ?',
  );
  const countParts = database.prepare('SELECT count(*) AS kept FROM parts WHERE orderer = ? AND job = ?');
  const deleteJob = database.prepare('DELETE FROM jobs WHERE orderer = ? AND job = ?');
  const interrupt = database.prepare(
    `UPDATE jobs SET state = 'waiting', waiting_for = 'peer', updated_ms = ?1,
       progress = json_set(progress, '$.bytesPerSecond', 0, '$.secondsLeft', NULL, '$.streams', 0,
         '$.streamSpeeds', json('[]')),
       shown = json_set(shown, '$.sinceMs', ?1, '$.pausedBy', NULL)
     WHERE ${ON_THE_WAY} RETURNING orderer, job`,
  );

  function withParts(job: JobRecord): JobRecord {
    const paths = parts.list(job).map((part) => pathText(part.path));
    return { ...job, view: { ...job.view, parts: paths } };
  }

  function whole(row: Row): JobRecord {
    const job = withParts(toJob(row));
    const { result } = job.view;
    if (result === null) return job;
    const page = problems.page(job, 0, MAX_PROBLEMS);
    return { ...job, view: { ...job.view, result: { ...result, problems: page.problems } } };
  }

  /** As in lists: without the problems, which may be many. */
  function known(key: JobKey): JobRecord {
    const row = select.get(key.orderer, key.job);
    if (row === undefined) throw new Failure('unknown-job', { subject: key.job });
    return withParts(toJob(row));
  }

  /** A result that brings problems replaces those kept; one without leaves them. */
  function put(record: JobRecord): JobRecord {
    upsert.run(fromJob(record));
    const brought = record.view.result?.problems ?? [];
    if (brought.length > 0) problems.replace(record, brought);
    return known(record);
  }

  return {
    get(key: JobKey): JobRecord | null {
      const row = select.get(key.orderer, key.job);
      return row === undefined ? null : whole(row);
    },
    /** Creates or replaces; the same order twice is one job. */
    put,
    /** Changes the given fields of a stored job; `sinceMs` follows from them unless it is given. */
    update(key: JobKey, change: JobChange): JobRecord {
      const job = known(key);
      const { roles = job.roles, options = job.options, resume = job.resume, ...view } = change;
      const { state = job.view.state, waitingFor = job.view.waitingFor } = change;
      const isAsItWas = state === job.view.state && waitingFor === job.view.waitingFor;
      const { sinceMs = isAsItWas ? job.view.sinceMs : change.updatedMs } = change;
      return put({ ...job, roles, options, resume, view: { ...job.view, ...view, sinceMs } });
    },
    /** The one job whose cookie starts with `prefix`. Throws Failure `unknown-job` or `ambiguous`. */
    findByPrefix: (prefix: string): JobRecord => whole(findByCookie(selectByCookie, prefix)),
    /** Whose job that is, cheaply. Throws as `findByPrefix`. */
    keyOf: (prefix: string): JobKey => toKey(findByCookie(selectByCookie, prefix)),
    /** Newest first, at most `limit`. */
    list: (limit: number): readonly JobRecord[] => selectAll.all(limit).map((row) => withParts(toJob(row))),
    /** Not ended, oldest first: what an engine takes up again. */
    listOpen: (): readonly JobRecord[] => selectOpen.all().map((row) => withParts(toJob(row))),
    /** The result has been seen by whoever ordered it; the first time counts. */
    acknowledge(key: JobKey, nowMs: number): JobRecord {
      setAcknowledged.run(nowMs, key.orderer, key.job);
      return known(key);
    },
    /** At engine start: jobs that were on their way wait for their peer. Returns them. */
    markInterrupted: (nowMs: number): readonly JobKey[] => interrupt.all(nowMs).map(toKey),
    /** Forgets a job and its problems. Refused with `internal` while it has parts on disk. */
    remove(key: JobKey): void {
      const row = countParts.get(key.orderer, key.job);
      if (row !== undefined && integer(row, 'kept') > 0) {
        throw new Failure('internal', { subject: key.job, reason: 'job has parts' });
      }
      if (deleteJob.run(key.orderer, key.job).changes === 0) {
        throw new Failure('unknown-job', { subject: key.job });
      }
    },
  };
}
