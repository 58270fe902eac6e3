import type { SQLOutputValue } from 'node:sqlite';
import { Failure } from '../../shared/failure.ts';

/** One row as node:sqlite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

const UNREADABLE = 'column ';

function wrongType(column: string, cause?: unknown): Failure {
  return new Failure('state-unusable', { reason: `${UNREADABLE}${column}` }, cause);
}

/** Whether a row holds what none of our operations writes: bytes of the database have changed. */
export function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Failure) || error.code !== 'state-unusable') return false;
  return error.reason?.startsWith(UNREADABLE) ?? false;
}

/** A text column. These readers throw Failure `state-unusable` when the column holds something else. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw wrongType(column);
  return value;
}

/** A text column of which only these values are ever written. */
export function word<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = row[column];
  const found = words.find((candidate) => candidate === value);
  if (found === undefined) throw wrongType(column);
  return found;
}

/** A text column that holds an id; ids are checked where they enter, so the brand is only put back. */
export function id<Id extends string>(row: Row, column: string): Id {
  return text(row, column) as Id;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw wrongType(column);
  return value;
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw wrongType(column);
  return value;
}

/** A column of JSON that only our own operations write. */
export function json<Value>(row: Row, column: string): Value {
  try {
    return JSON.parse(text(row, column)) as Value;
  } catch (error) {
    throw wrongType(column, error);
  }
}
