import type { DatabaseSync } from 'node:sqlite';
import { FAILURE_CODES, Failure } from '../../../shared/failure.ts';
import { MAX_PROBLEMS, type Problem } from '../../../shared/job.ts';
import type { JobKey, ProblemPage } from '../records.ts';
import { integer, type Row, text, textOrNull, word } from '../row.ts';

function toProblem(row: Row): Problem {
  const pathBase64 = textOrNull(row, 'path_base64');
  const reason = textOrNull(row, 'reason');
  return {
    path: text(row, 'path'),
    ...(pathBase64 === null ? {} : { pathBase64 }),
    code: word(row, 'code', FAILURE_CODES),
    ...(reason === null ? {} : { reason }),
  };
}

/**
 * What went wrong in a job, entry by entry: the first MAX_PROBLEMS in full, all of them counted.
 * Throws Failure `unknown-job` when the job is not stored.
 */
export function createProblemOperations(database: DatabaseSync) {
  const stored = database.prepare('SELECT count(*) AS kept FROM problems WHERE orderer = ? AND job = ?');
  const counted = database.prepare('SELECT problem_count FROM jobs WHERE orderer = ? AND job = ?');
  const raiseCount = database.prepare(
    'UPDATE jobs SET problem_count = problem_count + ? WHERE orderer = ? AND job = ?',
  );
  const insert = database.prepare(
    `INSERT INTO problems (orderer, job, number, path, path_base64, code, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const deleteAll = database.prepare('DELETE FROM problems WHERE orderer = ? AND job = ?');
  const selectPage = database.prepare(
    'SELECT * FROM problems WHERE orderer = ? AND job = ? AND number >= ? ORDER BY number LIMIT ?',
  );
  const selectAt = database.prepare(
    `SELECT * FROM problems WHERE orderer = ? AND job = ? AND path IN (SELECT value FROM json_each(?))`,
  );

  function total(key: JobKey): number {
    const row = counted.get(key.orderer, key.job);
    if (row === undefined) throw new Failure('unknown-job', { subject: key.job });
    return integer(row, 'problem_count');
  }

  function keep(key: JobKey, problems: readonly Problem[]): void {
    const row = stored.get(key.orderer, key.job);
    const kept = row === undefined ? 0 : integer(row, 'kept');
    for (const [index, problem] of problems.slice(0, Math.max(0, MAX_PROBLEMS - kept)).entries()) {
      insert.run(
        key.orderer,
        key.job,
        kept + index,
        problem.path,
        problem.pathBase64 ?? null,
        problem.code,
        problem.reason ?? null,
      );
    }
  }

  return {
    /** Adds problems to a job that is stored; returns how many it has had in all. */
    add(key: JobKey, problems: readonly Problem[]): number {
      const before = total(key);
      keep(key, problems);
      raiseCount.run(problems.length, key.orderer, key.job);
      return before + problems.length;
    },
    /** In the order they happened, from `offset` on, at most `limit`. */
    page(key: JobKey, offset: number, limit: number): ProblemPage {
      const rows = selectPage.all(key.orderer, key.job, offset, limit);
      return { problems: rows.map(toProblem), total: total(key) };
    },
    /** Those of these entries, paths as they are shown. */
    at(key: JobKey, paths: readonly string[]): readonly Problem[] {
      return selectAt.all(key.orderer, key.job, JSON.stringify(paths)).map(toProblem);
    },
    /** Puts these in the place of what was kept; the count is the job row's business. */
    replace(key: JobKey, problems: readonly Problem[]): void {
      deleteAll.run(key.orderer, key.job);
      keep(key, problems);
    },
  };
}
