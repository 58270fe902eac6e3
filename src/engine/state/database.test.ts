import { readdirSync, writeFileSync } from 'node:fs';
import { copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { NEEDS_REPAIR, openDatabase, suspectMark } from './database.ts';
import { SCHEMA_VERSION } from './migrate.ts';
import { ALICE, sampleJob, samplePeer } from './testing/sample-records.ts';
import { makeTempHome } from './testing/temp-home.ts';
import { makeTempState } from './testing/temp-state.ts';

function put(database: DatabaseSync, value: string): void {
  database.prepare(`INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)`).run(value, value);
}

function values(database: DatabaseSync): unknown[] {
  return database
    .prepare('SELECT value FROM meta ORDER BY value')
    .all()
    .map((row) => row.value);
}

it('creates the schema once, private, and finds it again', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  const first = openDatabase(path, true);
  expect(first.notices).toMatchObject([{ event: 'state-migrated', detail: { from: 0, to: SCHEMA_VERSION } }]);
  const pragma = (name: string) => first.database.prepare(`PRAGMA ${name}`).get()?.[name];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
  put(first.database, 'a');
  for (const suffix of ['', '-wal', '-shm']) expect((await stat(path + suffix)).mode & 0o777).toBe(0o600);
  first.database.close();
  const second = openDatabase(path, true);
  expect(second.notices).toEqual([]);
  expect(values(second.database)).toEqual(['a']);
  second.database.close();
});

it('refuses a newer schema and changes nothing', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  const { database } = openDatabase(path, true);
  put(database, 'from the future');
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  // As a killed process leaves it: the newer version is only in the write-ahead log.
  const copies = ['', '-wal'].map((suffix) => copyFile(path + suffix, `${path}2${suffix}`));
  await Promise.all(copies);
  database.close();
  for (const file of [path, `${path}2`]) {
    const read = () => Promise.all([file, `${file}-wal`].map((path) => readFile(path).catch(() => null)));
    const before = await read();
    for (const repair of [true, false]) {
      expect(() => openDatabase(file, repair)).toThrow(
        expect.objectContaining({ code: 'state-unusable', reason: `newer schema ${SCHEMA_VERSION + 1}` }),
      );
    }
    const after = await read();
    expect(after[0]).toEqual(before[0]);
    // Looking may leave an empty log behind, but never changes one that holds something.
    expect(after[1] ?? Buffer.alloc(0)).toEqual(before[1] ?? Buffer.alloc(0));
  }
  expect((await readdir(temp.home.path)).filter((name) => name.includes('broken'))).toEqual([]);
});

it('sets a file that is no database aside and starts afresh, once', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  await writeFile(path, 'this is not a database'.repeat(500));
  expect(() => openDatabase(path, false)).toThrow(expect.objectContaining({ reason: NEEDS_REPAIR }));
  const opened = openDatabase(path, true);
  expect(opened.notices.map((notice) => notice.event)).toEqual(['state-set-aside', 'state-migrated']);
  const aside = String(opened.notices[0]?.detail.path);
  expect(await readFile(aside, 'utf8')).toContain('this is not a database');
  opened.database.close();
  const again = openDatabase(path, true);
  expect(again.notices).toEqual([]);
  again.database.close();
});

it('finds damage inside after an operation met it, or after an unclean end', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  for (const trace of ['suspect', 'unclean'] as const) {
    const { database } = openDatabase(path, true);
    for (let number = 0; number < 500; number += 1) put(database, `${number}`.padEnd(200, 'x'));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const content = await readFile(path);
    // Among the values, behind the pages of the schema.
    content.fill(0xff, 4_096 * 40, 4_096 * 50);
    await writeFile(path, content);
    // Without a trace, start does not pay for reading everything.
    const unnoticed = openDatabase(path, true);
    expect(unnoticed.notices).toEqual([]);
    unnoticed.database.close();

    await writeFile(trace === 'suspect' ? suspectMark(path) : `${path}-wal`, 'x');
    const opened = openDatabase(path, true);
    expect(opened.notices[0]?.event).toBe('state-set-aside');
    expect(values(opened.database)).toEqual([]);
    opened.database.close();
    expect(await readdir(temp.home.path)).not.toContain('ferry.db.suspect');
  }
});

it('keeps every whole transaction of a write-ahead log that was cut', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  const { database } = openDatabase(path, true);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const sizes: number[] = [];
  for (const value of ['a', 'b', 'c']) {
    put(database, value);
    sizes.push((await stat(`${path}-wal`)).size);
  }
  const copy = `${path}-copy`;
  const [, afterB = 0, afterC = 0] = sizes;
  for (let bytes = afterC; bytes >= 0; bytes -= 777) {
    await copyFile(path, copy);
    await copyFile(`${path}-wal`, `${copy}-wal`);
    await truncate(`${copy}-wal`, bytes);
    const opened = openDatabase(copy, true);
    expect(opened.notices).toEqual([]);
    const expected = ['a', 'b', 'c'].filter((_, index) => (sizes[index] ?? 0) <= bytes);
    expect(values(opened.database)).toEqual(expected);
    opened.database.close();
  }
  expect(afterC).toBeGreaterThan(afterB);
  database.close();
});

it('undoes a migration that fails half-way and can be tried again', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  const blocker = new DatabaseSync(path);
  blocker.exec('CREATE TABLE meta (x)');
  expect(() => openDatabase(path, true)).toThrow(/already exists/);
  expect(blocker.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'`).get()?.n).toBe(1);
  blocker.exec('DROP TABLE meta');
  blocker.close();
  openDatabase(path, true).database.close();
});

it('drops what one changed byte has made unreadable, keeps the rest, and the file as it was', async () => {
  await using temp = await makeTempState();
  const { state, home } = temp;
  await state.jobs.put(sampleJob('1'));
  await state.jobs.put(sampleJob('2'));
  await state.peers.add(samplePeer(ALICE, 'otter'));
  await state.stop();
  const broken = new DatabaseSync(home.database);
  broken.exec("UPDATE jobs SET state = 'donf' WHERE job LIKE '1%'; UPDATE peers SET trust = 'mjne'");
  broken.close();
  // Nobody has a reason to doubt it before it is met.
  writeFileSync(suspectMark(home.database), '');
  const opened = openDatabase(home.database, true);
  expect(opened.notices).toMatchObject([{ event: 'state-rows-dropped', detail: { rows: 2 } }]);
  const left = opened.database.prepare('SELECT state FROM jobs').all();
  expect(left).toHaveLength(1);
  opened.database.close();
  const aside = readdirSync(home.path).find((name) => name.includes('.broken-')) ?? '';
  const kept = new DatabaseSync(join(home.path, aside), { readOnly: true });
  expect(kept.prepare('SELECT count(*) AS all_of_them FROM jobs').get()).toMatchObject({ all_of_them: 2 });
  kept.close();
});
