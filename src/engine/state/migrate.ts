import type { DatabaseSync } from 'node:sqlite';
import { createFirstTables } from './migrations/0001-first.ts';
import { addAppColumns } from './migrations/0002-app.ts';
import { addClaims } from './migrations/0003-claims.ts';
import { addShares } from './migrations/0004-shares.ts';
import { addWays } from './migrations/0005-ways.ts';
import { addReceipts } from './migrations/0006-receipts.ts';
import { addContents } from './migrations/0007-contents.ts';

/** In order; number n takes the schema from n - 1 to n. Never edit one that has shipped: add the next. */
const MIGRATIONS: readonly ((database: DatabaseSync) => void)[] = [
  createFirstTables,
  addAppColumns,
  addClaims,
  addShares,
  addWays,
  addReceipts,
  addContents,
];

/** The schema this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema a database has; 0 is an empty one. */
export function readSchemaVersion(database: DatabaseSync): number {
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  return typeof version === 'number' ? version : 0;
}

/**
 * Brings a database to {@link SCHEMA_VERSION}, each step in a transaction of its own together with its number:
 * a process that dies between two steps goes on where it stopped. Returns the version it found.
 */
export function migrate(database: DatabaseSync): number {
  const found = readSchemaVersion(database);
  for (let version = found; version < SCHEMA_VERSION; version += 1) {
    database.exec('BEGIN IMMEDIATE');
    try {
      MIGRATIONS[version]?.(database);
      database.exec(`PRAGMA user_version = ${version + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
  return found;
}
