import { expect, it } from 'vitest';
import type { LiveJob } from './job-book.ts';
import { WorkerDeaths } from './worker-deaths.ts';

it('lets a job have three more workers and no further, and counts for each job', () => {
  const deaths = new WorkerDeaths();
  const [one, other] = [{} as LiveJob, {} as LiveJob];
  const answers = [1, 2, 3, 4].map(() => deaths.mayGoOn(one));
  expect(answers).toEqual([true, true, true, false]);
  expect(deaths.mayGoOn(other)).toBe(true);
});
