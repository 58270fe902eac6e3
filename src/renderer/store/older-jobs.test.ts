import { expect, test } from 'vitest';
import { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeJob, fakeResult } from '../../bridge/testing/fake-values.ts';
import { type JobView, MAX_LISTED_JOBS } from '../../shared/job.ts';
import { followEngine } from './engine-store.ts';
import { loadOlder, mayHaveOlder } from './older-jobs.ts';

const { signal } = new AbortController();

function endedJob(number: number): JobView {
  const job = `${String(number).padStart(8, '0')}${'0'.repeat(24)}` as JobView['job'];
  return fakeJob({ job, group: job, state: 'done', result: fakeResult() });
}

/** An engine with `count` ended jobs, of which it tells the latest 1,000 by itself. */
async function withHistory(count: number) {
  const engine = new FakeEngine();
  const all = Array.from({ length: count }, (_, index) => endedJob(count - index));
  for (const job of all.slice(0, MAX_LISTED_JOBS)) engine.jobs.set(job.job, job);
  engine.answers['jobs.history'] = ({ before, limit }) => {
    const from = before === null ? 0 : all.findIndex(({ job }) => job === before) + 1;
    const jobs = all.slice(from, from + limit);
    return Promise.resolve({ jobs, more: from + limit < all.length });
  };
  const store = await followEngine(engine, () => undefined, signal);
  const known = () => Object.keys(store.getState().jobs).length;
  return { engine, store, known };
}

test('what is behind the first thousand comes page by page, and then there is no more', async () => {
  const { engine, store, known } = await withHistory(1_750);
  expect(mayHaveOlder(store.getState().jobs)).toBe(true);
  const first = await loadOlder(engine, store, '', { before: null, more: true }, signal);
  expect([known(), first.more]).toEqual([1_500, true]);
  const second = await loadOlder(engine, store, '', first, signal);
  expect([known(), second.more]).toEqual([1_750, false]);
  expect(await loadOlder(engine, store, '', second, signal)).toBe(second);
});

test('a job that has changed meanwhile stays as it is', async () => {
  const { engine, store } = await withHistory(1_200);
  const forgotten = endedJob(1);
  const changed = { ...forgotten, names: ['new name'] };
  const answer = engine.answers['jobs.history'];
  engine.answers['jobs.history'] = async (input, each) => {
    const page = await answer?.(input, each);
    if (page?.more === false)
      store.setState((state) => ({ jobs: { ...state.jobs, [changed.job]: changed } }));
    return page ?? { jobs: [], more: false };
  };
  await loadOlder(engine, store, '', { before: null, more: true }, signal);
  expect(store.getState().jobs[changed.job]?.names).toEqual(['new name']);
});

test('few jobs need no history', async () => {
  const { store } = await withHistory(30);
  expect(mayHaveOlder(store.getState().jobs)).toBe(false);
});
