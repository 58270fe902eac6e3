import { writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../shared/failure.ts';
import { suspectMark } from './database.ts';
import type { StateOperations } from './operations/operations.ts';
import { isUnreadable } from './row.ts';
import { isDamaged, toStateFailure } from './sqlite-failure.ts';
import type { StateCall, StateOutcome } from './state-messages.ts';

export interface BatchTarget {
  readonly database: DatabaseSync;
  readonly operations: StateOperations;
  readonly path: string;
}

/**
 * Runs calls as one durable transaction. A call that fails is undone alone; when the transaction as a whole
 * cannot be committed every call of it fails, so an answer always means "on disk".
 */
export function runBatch(target: BatchTarget, calls: readonly StateCall[]): readonly StateOutcome[] {
  const { database } = target;
  try {
    // IMMEDIATE: a transaction that only becomes a writer later can be refused without waiting.
    database.exec('BEGIN IMMEDIATE');
    const outcomes = calls.map((call) => runCall(target, call));
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    const failure = report(target, error);
    return calls.map(() => failure);
  }
}

/** Throws only when SQLite gave up the whole transaction (disk full, input/output error). */
function runCall(target: BatchTarget, call: StateCall): StateOutcome {
  const { database, operations } = target;
  database.exec('SAVEPOINT call');
  try {
    const value = operationOf(operations, call)(...call.args);
    database.exec('RELEASE call');
    return { kind: 'value', value };
  } catch (error) {
    if (!database.isTransaction) throw error;
    database.exec('ROLLBACK TO call; RELEASE call');
    return report(target, error);
  }
}

function operationOf(operations: StateOperations, call: StateCall): (...args: readonly unknown[]) => unknown {
  const group: object = operations[call.group];
  const operation: unknown = Object.hasOwn(group, call.operation) ? Reflect.get(group, call.operation) : null;
  if (typeof operation !== 'function') {
    throw new Failure('internal', { reason: `no operation ${call.group}.${call.operation}` });
  }
  return (...args) => Reflect.apply(operation, group, args);
}

function report(target: BatchTarget, error: unknown): StateOutcome {
  if (isDamaged(error) || isUnreadable(error)) writeFileSync(suspectMark(target.path), '');
  return { kind: 'failure', failure: toStateFailure(error, target.path).toData() };
}
