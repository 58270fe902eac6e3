import type { StatementSync } from 'node:sqlite';
import { Failure } from '../../../shared/failure.ts';
import { JOB_ID_HEX_LENGTH } from '../../../shared/ids.ts';
import type { Row } from '../row.ts';

/** SQL condition for {@link findByCookie}; 'g' sorts after every hex digit, so the index on `job` serves it. */
export const COOKIE_STARTS_WITH = `job >= ?1 AND job < ?1 || 'g'`;

/**
 * The one row whose job id starts with `prefix` (hex, any case). `statement` selects by
 * {@link COOKIE_STARTS_WITH}. Throws Failure `unknown-job` or `ambiguous`.
 */
export function findByCookie(statement: StatementSync, prefix: string): Row {
  const cookie = prefix.toLowerCase();
  const isHex = cookie.length <= JOB_ID_HEX_LENGTH && /^[0-9a-f]+$/.test(cookie);
  const [row, second] = isHex ? statement.all(cookie) : [];
  if (row === undefined) throw new Failure('unknown-job', { subject: prefix });
  if (second !== undefined) throw new Failure('ambiguous', { subject: prefix });
  return row;
}
