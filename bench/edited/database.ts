import { DatabaseSync } from 'node:sqlite';
import { createSeeded } from '../../tools/trees/seeded.ts';

/** Rows of about 512 bytes. */
const ROW_BYTES = 480;
const ROWS_PER_MIB = 1900;

function randomText(seeded: ReturnType<typeof createSeeded>, length: number): string {
  const bytes = Buffer.alloc(Math.ceil(length / 2));
  seeded.fill(bytes);
  return bytes.toString('hex').slice(0, length);
}

/** A database of about `bytes` with one table. */
export function createDatabase(path: string, bytes: number): void {
  const seeded = createSeeded('database');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;');
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = database.prepare('INSERT INTO rows (text) VALUES (?)');
  const rows = Math.round((bytes / 1024 ** 2) * ROWS_PER_MIB);
  database.exec('BEGIN');
  for (let row = 0; row < rows; row++) insert.run(randomText(seeded, ROW_BYTES));
  database.exec('COMMIT');
  database.close();
}

/** Gives `count` rows anywhere a new text of the same length. */
export function updateRows(path: string, count: number): void {
  const seeded = createSeeded('updates');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;');
  const last = Number(database.prepare('SELECT MAX(id) AS id FROM rows').get()?.['id']);
  const update = database.prepare('UPDATE rows SET text = ? WHERE id = ?');
  database.exec('BEGIN');
  for (let row = 0; row < count; row++) update.run(randomText(seeded, ROW_BYTES), 1 + seeded.nextInt(last));
  database.exec('COMMIT');
  database.close();
}
