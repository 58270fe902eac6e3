import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../shared/failure.ts';
import type { Home } from './home.ts';
import { isBusy, toStateFailure } from './sqlite-failure.ts';

/** The right to be the one engine of a home, held until released or until the process is gone. */
export interface EngineLock {
  /** Safe to call twice. */
  release(): void;
}

/**
 * Takes the engine lock of a home, or resolves with null when another process (or another engine in this one)
 * holds it: a transaction held open on a separate SQLite file, so the system frees it even on SIGKILL and no
 * pid file can go stale.
 *
 * The lock belongs to the calling thread's process, not to the state worker: a worker that dies must not let a
 * second engine in while this one still runs. It is one open of an empty file at start, well under a
 * millisecond, and the only synchronous file call outside the worker.
 *
 * Never open `engine.lock` by other means: closing any descriptor of a file drops the POSIX locks its process
 * holds on it; SQLite takes care of that between its own connections only.
 * Throws Failure `state-unusable` when the file cannot be locked at all.
 */
export async function acquireEngineLock(home: Pick<Home, 'engineLock'>): Promise<EngineLock | null> {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(home.engineLock, { timeout: 0 });
    if (process.platform !== 'win32') chmodSync(home.engineLock, 0o600);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (isBusy(error)) return null;
    const { reason } = toStateFailure(error, home.engineLock);
    throw new Failure('state-unusable', { subject: home.engineLock, reason: reason ?? 'lock' }, error);
  }
  return heldLock(database);
}

function heldLock(database: DatabaseSync): EngineLock {
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}
