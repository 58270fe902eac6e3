import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { NO_PROGRESS } from '../../shared/job.ts';
import { openDatabase } from './database.ts';
import { createFirstTables } from './migrations/0001-first.ts';
import { fromJob, UPSERT_JOB } from './operations/job-row.ts';
import { createOperations } from './operations/operations.ts';
import { ALICE, SELF, sampleJob, sampleJobId } from './testing/sample-records.ts';
import { makeTempHome } from './testing/temp-home.ts';

/** What the first version of the program wrote of a job. */
const OLD_UPSERT = UPSERT_JOB.replace(' shown,', '')
  .replace(' :shown,', '')
  .replace(' shown = excluded.shown,', '');

it('reads jobs and peers of the first schema, with defaults for what it did not keep', async () => {
  await using temp = await makeTempHome();
  const path = temp.home.database;
  const old = new DatabaseSync(path);
  createFirstTables(old);
  old.exec('PRAGMA user_version = 1');
  const { shown: _shown, ...row } = fromJob(sampleJob(1, { updatedMs: 4_000 }));
  const progress = { files: 2, bytes: 7, totalFiles: 3, totalBytes: 9, complete: true, streams: 1 };
  old.prepare(OLD_UPSERT).run({ ...row, progress: JSON.stringify(progress) });
  old
    .prepare(`INSERT INTO peers VALUES (?, 'otter', 'otter', 'laptop', 'mine', '["a:1"]', 5, 'null')`)
    .run(ALICE);
  old.close();

  const { database, notices } = openDatabase(path, true);
  expect(notices).toMatchObject([{ event: 'state-migrated', detail: { from: 1 } }]);
  const operations = createOperations(database);
  const job = operations.jobs.get({ orderer: SELF, job: sampleJobId(1) });
  expect(job?.view).toMatchObject({
    group: sampleJobId(1),
    sinceMs: 4_000,
    pausedBy: null,
    cancelledBy: null,
    sourceKind: 'disk',
    progress: { ...NO_PROGRESS, ...progress },
  });
  expect(operations.jobs.markInterrupted(9)).toHaveLength(1);
  expect(operations.jobs.get({ orderer: SELF, job: sampleJobId(1) })?.view.sinceMs).toBe(9);
  expect(operations.peers.list()).toMatchObject([
    { name: 'otter', trust: 'mine', announcedName: null, blockedShortIds: [] },
  ]);
  database.close();
});
