import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';
import { NEEDS_REPAIR } from './database.ts';
import { acquireEngineLock } from './engine-lock.ts';
import type { Home } from './home.ts';
import { createStateClient, type StateClient } from './state-client.ts';

/** An engine that starts elsewhere has created or migrated the database well within this. */
const REPAIR_BY_ENGINE_MS = 3_000;
const RETRY_MS = 50;

/**
 * The state without an engine, for commands that only look at it or change a right (`jobs`, `status`, `trust`);
 * an engine may run elsewhere meanwhile. Returns a started client; the caller stops it.
 *
 * Creating, migrating and setting aside belong to the holder of the engine lock, so a database that needs one
 * of these is opened once under the lock, which is then given back. Throws Failure `state-unusable`, or
 * `home-in-use` when an engine holds the lock and the database still is not ready.
 */
export async function openStateOnly(home: Home, log: Log, signal: AbortSignal): Promise<StateClient> {
  const deadlineMs = performance.now() + REPAIR_BY_ENGINE_MS;
  for (;;) {
    const client = await tryOpen(home, log);
    if (client !== null) return client;
    const lock = await acquireEngineLock(home);
    if (lock !== null) {
      try {
        return await startClient(home, log, true);
      } finally {
        lock.release();
      }
    }
    if (performance.now() > deadlineMs) throw new Failure('home-in-use', { subject: home.path });
    await sleep(RETRY_MS, undefined, { signal });
  }
}

async function tryOpen(home: Home, log: Log): Promise<StateClient | null> {
  try {
    return await startClient(home, log, false);
  } catch (error) {
    if (error instanceof Failure && error.reason === NEEDS_REPAIR) return null;
    throw error;
  }
}

async function startClient(home: Home, log: Log, repair: boolean): Promise<StateClient> {
  const client = createStateClient({ home, log, repair });
  await client.start();
  return client;
}
