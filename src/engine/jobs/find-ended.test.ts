import { expect, it } from 'vitest';
import { sampleJob } from '../state/testing/sample-records.ts';
import { makeTempState } from '../state/testing/temp-state.ts';
import { findEnded } from './find-ended.ts';

it('finds ended jobs by name, device, folder and id, page by page, and nothing by accident', async () => {
  await using temp = await makeTempState();
  const { state } = temp;
  const ended = (job: string, names: string[], updatedMs: number) =>
    state.jobs.put(sampleJob(job, { state: 'done', names, updatedMs, into: `/inbox/${job}` }));
  await ended('a1', ['Photos "2026"'], 1_000);
  await ended('b2', ['music 50%'], 2_000);
  await ended('c3', ['music_box'], 2_000);
  await ended('d4', ['notes'], 4_000);
  await state.jobs.put(sampleJob('e5', { state: 'running', names: ['music'] }));
  const namesOf = async (query: string, before: string | null = null, limit = 10) => {
    const page = await findEnded(state, { query, before, limit });
    return [page.jobs.map(({ job }) => job.slice(0, 2)), page.more];
  };
  expect(await namesOf('')).toEqual([['d4', 'c3', 'b2', 'a1'], false]);
  expect(await namesOf('MUSIC')).toEqual([['c3', 'b2'], false]);
  expect(await namesOf('photos "2')).toEqual([['a1'], false]);
  expect(await namesOf('50%')).toEqual([['b2'], false]);
  expect(await namesOf('c_b')).toEqual([['c3'], false]);
  expect(await namesOf('inbox/d4')).toEqual([['d4'], false]);
  expect(await namesOf('a1')).toEqual([['a1'], false]);
  expect(await namesOf('', null, 2)).toEqual([['d4', 'c3'], true]);
  expect(await namesOf('', 'c3', 2)).toEqual([['b2', 'a1'], false]);
  await expect(namesOf('', 'ff')).rejects.toMatchObject({ code: 'unknown-job' });
});
