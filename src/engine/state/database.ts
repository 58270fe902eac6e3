import { chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../shared/failure.ts';
import type { LogLevel } from '../engine-options.ts';
import { migrate, readSchemaVersion, SCHEMA_VERSION } from './migrate.ts';
import { isDamaged } from './sqlite-failure.ts';
import { findUnreadable } from './unreadable-rows.ts';

/** How long a connection waits for another process to end its transaction. */
const BUSY_TIMEOUT_MS = 5_000;

/** Reason of the failure that says: right, but only the holder of the engine lock may make it usable. */
export const NEEDS_REPAIR = 'needs repair';

/** A log line the worker has for the engine thread. */
export interface Notice {
  readonly level: LogLevel;
  readonly event: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly notices: readonly Notice[];
}

/** Beside the database while an operation has met damage in it: the next start looks at every page. */
export function suspectMark(path: string): string {
  return `${path}.suspect`;
}

/**
 * Opens the one database, synchronously: only for the state worker.
 * With `repair` (the caller holds the engine lock) it is created, migrated, and set aside when it is damaged;
 * without, any of these is Failure `state-unusable` with reason {@link NEEDS_REPAIR}.
 * A newer schema is always refused, and not a byte of the file is changed.
 */
export function openDatabase(path: string, repair: boolean): OpenedDatabase {
  const notices: Notice[] = [];
  const isDoubtful = existsSync(suspectMark(path)) || bytesOf(`${path}-wal`) > 0;
  const found = inspect(path, repair);
  if (found !== 'damaged' && found > SCHEMA_VERSION) {
    throw new Failure('state-unusable', { subject: path, reason: `newer schema ${found}` });
  }
  if (!repair && found !== SCHEMA_VERSION) {
    throw new Failure('state-unusable', { subject: path, reason: NEEDS_REPAIR });
  }
  if (found === 'damaged') notices.push(setAside(path));
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Before the first write: SQLite gives the -wal and -shm files the mode of the database.
    if (process.platform !== 'win32' && repair) chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    if (repair) {
      const from = migrate(database);
      if (from < SCHEMA_VERSION) {
        notices.push({ level: 'info', event: 'state-migrated', detail: { from, to: SCHEMA_VERSION } });
      }
    }
    if (repair && isDoubtful) notices.push(...dropUnreadable(database, path));
    return { database, notices };
  } catch (error) {
    database.close();
    throw error;
  }
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Drops jobs and peers that cannot be read any more, so that one changed byte costs one of them and not every
 * start from now on; the database as it was is kept beside. One that has lost this device itself is set aside
 * whole by the caller. @throws Failure of a row that cannot be done without.
 */
function dropUnreadable(database: DatabaseSync, path: string): Notice[] {
  const lost = findUnreadable(database);
  if (lost.length === 0) return [];
  const aside = `${path}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
  database.exec(`VACUUM INTO '${aside.replaceAll("'", "''")}'`);
  database.exec('BEGIN IMMEDIATE');
  for (const drop of lost) drop();
  database.exec('COMMIT');
  return [{ level: 'error', event: 'state-rows-dropped', detail: { path: aside, rows: lost.length } }];
}

/**
 * The schema version, 0 for an absent or empty file, read through a connection that cannot write. With
 * `check`, pages are looked at when there is a reason to doubt them, because that reads the whole file: all
 * of them after an operation met damage, the quick way after a process that did not close (a clean close
 * empties the write-ahead log).
 */
function inspect(path: string, check: boolean): number | 'damaged' {
  if (bytesOf(path) === 0) return 0;
  const suspect = check && existsSync(suspectMark(path));
  const unclean = check && bytesOf(`${path}-wal`) > 0;
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const version = readSchemaVersion(database);
    if (version > SCHEMA_VERSION || (!suspect && !unclean)) return version;
    const pragma = suspect ? 'integrity_check' : 'quick_check';
    const answer = database.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
    if (answer !== 'ok') return 'damaged';
    rmSync(suspectMark(path), { force: true });
    return version;
  } catch (error) {
    if (isDamaged(error)) return 'damaged';
    throw error;
  } finally {
    database.close();
  }
}

/** Renames the database and its companions together, so that SQLite's own tools can still read them. */
function setAside(path: string): Notice {
  const aside = `${path}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  rmSync(suspectMark(path), { force: true });
  return { level: 'error', event: 'state-set-aside', detail: { path: aside } };
}
