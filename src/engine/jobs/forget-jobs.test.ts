import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SELF, sampleJob, sampleJobId, sampleResult } from '../state/testing/sample-records.ts';
import { makeTempState } from '../state/testing/temp-state.ts';
import { cleanParts } from './clean-parts.ts';
import { forgetJobs } from './forget-jobs.ts';

const done = { state: 'partial', result: sampleResult() } as const;

it('forgets ended jobs, by prefix, and only whole orders', async () => {
  await using temp = await makeTempState();
  const { state } = temp;
  for (const job of ['a1', 'b2', 'c3']) await state.jobs.put(sampleJob(job, job === 'c3' ? {} : done));
  await expect(forgetJobs(state, ['a1', 'c3'])).rejects.toMatchObject({
    code: 'usage',
    reason: 'has not ended',
  });
  await expect(forgetJobs(state, ['a1', 'ff'])).rejects.toMatchObject({ code: 'unknown-job' });
  expect(await state.jobs.list(9)).toHaveLength(3);
  expect(await forgetJobs(state, ['a1', 'b', 'a1'])).toEqual([sampleJobId('a1'), sampleJobId('b2')]);
  expect((await state.jobs.list(9)).map((record) => record.job)).toEqual([sampleJobId('c3')]);
});

it('keeps a job as long as something of it is on disk', async () => {
  await using temp = await makeTempState();
  const { state } = temp;
  const key = { orderer: SELF, job: sampleJobId('a1') };
  const path = join(temp.home.path, '.x.part');
  await writeFile(path, 'x');
  await state.jobs.put(sampleJob('a1', done));
  const gone = join(temp.home.path, '.gone.part');
  await state.parts.add(
    key,
    [path, gone].map((name) => ({ path: Buffer.from(name), type: 'file' as const, bytes: 1, keptMs: 1 })),
  );
  await expect(forgetJobs(state, ['a1'])).rejects.toMatchObject({ code: 'usage', reason: 'has parts' });
  await cleanParts(state);
  await state.parts.add(key, [{ path: Buffer.from(gone), type: 'file', bytes: 1, keptMs: 1 }]);
  expect(await forgetJobs(state, ['a1'])).toEqual([key.job]);
  expect(await state.parts.listAll()).toEqual([]);
});
