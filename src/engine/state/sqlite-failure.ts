import { dirname } from 'node:path';
import { Failure, type FailureCode, toFailure } from '../../shared/failure.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); extended ones keep them in the low byte. */
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

const BY_RESULT_CODE: Readonly<Record<number, FailureCode>> = {
  [BUSY]: 'state-unusable',
  [LOCKED]: 'state-unusable',
  8: 'read-only',
  10: 'io',
  [CORRUPT]: 'state-unusable',
  14: 'state-unusable',
  [NOTADB]: 'state-unusable',
};

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** Whether another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Whether SQLite says the file itself is damaged or is no database. */
export function isDamaged(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOTADB;
}

/** Anything thrown by node:sqlite as a Failure; a Failure stays itself. `path` is the database file. */
export function toStateFailure(error: unknown, path: string): Failure {
  const code = resultCode(error);
  if (code === FULL) return new Failure('home-full', { subject: dirname(path) }, error);
  if (code === null) return toFailure(error, path, 'internal');
  const reason = error instanceof Error ? error.message : `sqlite ${code}`;
  return new Failure(BY_RESULT_CODE[code] ?? 'internal', { subject: path, reason }, error);
}
