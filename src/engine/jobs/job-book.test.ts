import { expect, it, vi } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import { type JobView, NO_PROGRESS } from '../../shared/job.ts';
import { SELF, sampleJob, sampleResult } from '../state/testing/sample-records.ts';
import { makeTempState, type TempState } from '../state/testing/temp-state.ts';
import { JobBook } from './job-book.ts';
import { storedTrouble } from './stored-trouble.ts';

interface World extends AsyncDisposable {
  readonly temp: TempState;
  readonly book: JobBook;
  readonly told: JobView[];
}

async function makeWorld(): Promise<World> {
  const temp = await makeTempState();
  const told: JobView[] = [];
  const book = new JobBook(
    temp.state,
    () => undefined,
    (view) => told.push(view),
  );
  return { temp, book, told, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() };
}

function stored({ temp }: World, job: string) {
  return temp.state.jobs.findByPrefix(job).then((record) => record.view);
}

it('says since when a job is as it is, and keeps that', async () => {
  await using world = await makeWorld();
  const { book, told } = world;
  const live = await book.create(sampleJob(1, { sinceMs: 5, progress: NO_PROGRESS }));
  book.update(live, { progress: { ...NO_PROGRESS, files: 1 } });
  book.update(live, { state: 'running', waitingFor: null });
  expect(told.map((view) => view.sinceMs)).toEqual([5, 5, 5]);
  book.update(live, { state: 'waiting', waitingFor: 'paused', pausedBy: 'here' });
  const { sinceMs } = live.view;
  expect(sinceMs).toBeGreaterThan(5);
  book.update(live, { queuePlace: 2 });
  await book.flush();
  expect(live.view).toMatchObject({ sinceMs, queuePlace: 2 });
  expect(await stored(world, live.key.job)).toMatchObject({ sinceMs, pausedBy: 'here', queuePlace: null });
});

it('ends a job with who cancelled it, with nothing of what it waited for', async () => {
  await using world = await makeWorld();
  const { book } = world;
  const live = await book.create(sampleJob(1, { pausedBy: 'peer', queuePlace: 1 }));
  book.update(live, { cancelledBy: 'peer' });
  const ended = await book.end(live, sampleResult({ state: 'cancelled' }));
  const expected = { state: 'cancelled', pausedBy: null, cancelledBy: 'peer', queuePlace: null };
  expect(ended).toMatchObject({ ...expected, sinceMs: ended.updatedMs });
  expect(await stored(world, live.key.job)).toMatchObject({ ...expected, sinceMs: ended.updatedMs });
});

it('says of a job that is over and cannot be written down what it waits for, and nothing of its end', async () => {
  await using world = await makeWorld();
  const { temp, told } = world;
  let isFull = false;
  const update: typeof temp.state.jobs.update = async (...args) => {
    if (isFull) throw new Failure('home-full', { subject: '/home' });
    return await temp.state.jobs.update(...args);
  };
  const state = { ...temp.state, jobs: { ...temp.state.jobs, update } };
  const book = new JobBook(
    state,
    () => undefined,
    (view) => told.push(view),
  );
  const live = await book.create(sampleJob(1, { state: 'finishing', waitingFor: null }));
  const { job } = live.key;
  isFull = true;
  let waits = 0;
  const ended = book.end(live, sampleResult({ state: 'done' }), () => {
    waits += 1;
  });
  const awaited = book.wait(job, AbortSignal.timeout(60_000));
  await vi.waitUntil(() => waits > 0, 30_000);
  const stuck = told.at(-1);
  const detail = { why: { code: 'home-full', subject: '/home' }, neededBytes: null, freeBytes: null };
  expect(stuck).toMatchObject({ state: 'waiting', waitingDetail: detail, result: null });
  expect(await book.find(job.slice(0, 8))).toBe(stuck);
  expect(await book.list()).toEqual([stuck]);
  expect([waits, book.isEnding(job), told.some((view) => view.state === 'done')]).toEqual([1, true, false]);
  isFull = false;
  const expected = { state: 'done', waitingFor: null, waitingDetail: null };
  expect(await ended).toMatchObject(expected);
  expect(await awaited).toMatchObject(expected);
  expect(await stored(world, job)).toMatchObject(expected);
  expect(book.isEnding(job)).toBe(false);
});

it('keeps what a job waits for, until it waits for something else', async () => {
  await using world = await makeWorld();
  const { book } = world;
  const live = await book.create(sampleJob(1, { progress: NO_PROGRESS }));
  const waitingDetail = { why: { code: 'no-space' }, neededBytes: 5, freeBytes: 2 } as const;
  book.update(live, { state: 'waiting', waitingFor: 'space', waitingDetail });
  await book.flush();
  const kept = await stored(world, live.key.job);
  expect(kept).toMatchObject({ waitingFor: 'space', waitingDetail });
  expect(storedTrouble(kept)).toMatchObject({ why: { code: 'no-space' }, neededBytes: 5 });
  book.update(live, { waitingFor: 'paused', pausedBy: 'here' });
  await book.flush();
  const paused = await stored(world, live.key.job);
  expect(paused.waitingDetail).toBe(null);
  expect(storedTrouble(paused)).toBe(null);
});

it('has the speeds of a job while it runs and after a restart', async () => {
  await using world = await makeWorld();
  const { book, temp } = world;
  const live = await book.create(sampleJob(1, { state: 'preparing', progress: NO_PROGRESS, createdMs: 7 }));
  expect((await book.speeds(live.key.job)).whole).toEqual({ startMs: 7, stepMs: 250, values: [] });
  book.update(live, { state: 'running', waitingFor: null });
  // The record is fed directly, so that the test need not wait for the clock.
  live.speeds.note({ state: 'running', progress: { ...NO_PROGRESS, bytes: 500 } }, Date.now() + 500);
  const { whole } = await book.speeds(live.key.job);
  expect(whole.values.slice(0, 2).every((value) => value !== null && value > 900)).toBe(true);
  await book.end(live, sampleResult());
  const later = new JobBook(
    temp.state,
    () => undefined,
    () => undefined,
  );
  const kept = await later.speeds(live.key.job.slice(0, 6));
  expect(kept.whole.values.slice(0, 2)).toEqual(whole.values.slice(0, 2));
  expect(live.key.orderer).toBe(SELF);
});
