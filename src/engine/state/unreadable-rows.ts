import type { DatabaseSync } from 'node:sqlite';
import { toJob } from './operations/job-row.ts';
import { toPeer } from './operations/peer-operations.ts';
import { isUnreadable, type Row } from './row.ts';

/** Tables with something of a job, children first. Its parts go too: they stay on disk, where people see them. */
const OF_JOBS = ['claims', 'receipts', 'problems', 'speeds', 'parts', 'grants', 'jobs'] as const;

/** How to drop each row that cannot be read any more, though the database as such is whole. */
export function findUnreadable(database: DatabaseSync): (() => void)[] {
  const drops: (() => void)[] = [];
  for (const row of database.prepare('SELECT rowid AS at, * FROM jobs').all()) {
    if (canRead(row, toJob)) continue;
    // By what it says of itself: where that has changed too, nothing else is found by it.
    const { orderer, job, at } = row;
    drops.push(() => {
      for (const table of OF_JOBS.slice(0, -1)) {
        database
          .prepare(`DELETE FROM ${table} WHERE orderer = ? AND job = ?`)
          .run(orderer ?? null, job ?? null);
      }
      database.prepare('DELETE FROM jobs WHERE rowid = ?').run(at ?? null);
    });
  }
  for (const row of database.prepare('SELECT rowid AS at, * FROM peers').all()) {
    if (canRead(row, toPeer)) continue;
    drops.push(() => database.prepare('DELETE FROM peers WHERE rowid = ?').run(row['at'] ?? null));
  }
  return drops;
}

function canRead(row: Row, read: (row: Row) => unknown): boolean {
  try {
    read(row);
    return true;
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}
