import type { DatabaseSync } from 'node:sqlite';

/** What the app shows and decides: more of a job's view, its speeds, names and refused keys of peers. */
export function addAppColumns(database: DatabaseSync): void {
  database.exec(`
    -- JSON: fields of the view that nothing searches by; what is absent has its default.
    ALTER TABLE jobs ADD COLUMN shown TEXT NOT NULL DEFAULT '{}';

    CREATE TABLE speeds (
      orderer TEXT NOT NULL,
      job TEXT NOT NULL,
      series TEXT NOT NULL,
      PRIMARY KEY (orderer, job),
      FOREIGN KEY (orderer, job) REFERENCES jobs (orderer, job) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    -- What it called itself when it was last linked; null: not linked since this column exists.
    ALTER TABLE peers ADD COLUMN announced_name TEXT;
    -- JSON: short ids of other keys that a person has seen and keeps out.
    ALTER TABLE peers ADD COLUMN blocked TEXT NOT NULL DEFAULT '[]';
  `);
}
