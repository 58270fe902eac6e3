import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JobId } from '../../../shared/ids.ts';
import { MAX_PROBLEMS, type Problem } from '../../../shared/job.ts';
import {
  ALICE,
  SAMPLE_PROGRESS,
  SELF,
  sampleJob,
  sampleJobId,
  sampleResult,
} from '../testing/sample-records.ts';
import { makeTempState } from '../testing/temp-state.ts';

const KEY = { orderer: SELF, job: sampleJobId('1') };
const PROBLEMS: readonly Problem[] = [
  { path: 'a/b', code: 'unreadable', reason: 'EACCES' },
  { path: 'a/\\xff', pathBase64: 'YS//', code: 'special-file' },
];

it('round-trips a job', async () => {
  await using temp = await makeTempState();
  const { jobs } = temp.state;
  const job = sampleJob('1');
  expect(await jobs.get(KEY)).toBeNull();
  expect(await jobs.put(job)).toEqual(job);
  expect(await jobs.put(job)).toEqual(job);
  expect(await jobs.get(KEY)).toEqual(job);
  expect(await jobs.list(10)).toEqual([job]);
  const bare = sampleJob(
    '2',
    { peer: null, into: null, waitingFor: 'peer', state: 'waiting' },
    { orderer: ALICE },
  );
  await jobs.put(bare);
  expect(await jobs.get({ orderer: ALICE, job: sampleJobId('2') })).toEqual(bare);
});

it('changes only what is given', async () => {
  await using temp = await makeTempState();
  const { jobs } = temp.state;
  const job = sampleJob('1');
  await jobs.put(job);
  await jobs.update(KEY, { state: 'waiting', waitingFor: 'space', updatedMs: 3_000 });
  await jobs.update(KEY, { resume: { page: 4 }, updatedMs: 4_000 });
  expect(await jobs.get(KEY)).toEqual({
    ...job,
    resume: { page: 4 },
    view: { ...job.view, state: 'waiting', waitingFor: 'space', sinceMs: 3_000, updatedMs: 4_000 },
  });
  const gone = { orderer: ALICE, job: sampleJobId('1') };
  await expect(jobs.update(gone, { updatedMs: 1 })).rejects.toMatchObject({ code: 'unknown-job' });
});

it('keeps a result apart from its problems: whole when read singly, counted in lists', async () => {
  await using temp = await makeTempState();
  const { jobs, problems } = temp.state;
  await jobs.put(sampleJob('1'));
  expect(await problems.add(KEY, PROBLEMS.slice(0, 1))).toBe(1);
  expect(await problems.add(KEY, PROBLEMS.slice(1))).toBe(2);
  await jobs.update(KEY, { state: 'finishing', updatedMs: 4 });
  expect((await problems.page(KEY, 0, 1)).total).toBe(2);
  const result = sampleResult({ problemCount: 2 });
  await jobs.update(KEY, { state: 'partial', result, updatedMs: 5 });
  expect((await jobs.get(KEY))?.view.result).toEqual({ ...result, problems: PROBLEMS });
  expect((await jobs.findByPrefix('1')).view.result?.problems).toEqual(PROBLEMS);
  expect((await jobs.list(1))[0]?.view.result).toEqual(result);
  // A result that brings its own (a mirror told by the destination) replaces them.
  await jobs.update(KEY, {
    result: { ...result, problems: PROBLEMS.slice(1), problemCount: 70 },
    updatedMs: 6,
  });
  expect(await problems.page(KEY, 0, 10)).toEqual({ problems: PROBLEMS.slice(1), total: 70 });
});

it('pages problems, keeps the first, counts all', async () => {
  await using temp = await makeTempState();
  const { jobs, problems } = temp.state;
  await jobs.put(sampleJob('1'));
  const many = Array.from(
    { length: MAX_PROBLEMS + 5 },
    (_, number): Problem => ({ path: `${number}`, code: 'changed' }),
  );
  await problems.add(KEY, many.slice(0, 7));
  expect(await problems.add(KEY, many.slice(7))).toBe(MAX_PROBLEMS + 5);
  const page = await problems.page(KEY, MAX_PROBLEMS - 3, 10);
  expect(page.problems.map((problem) => problem.path)).toEqual(['9997', '9998', '9999']);
  expect(page.total).toBe(MAX_PROBLEMS + 5);
  await expect(problems.add({ ...KEY, orderer: ALICE }, PROBLEMS)).rejects.toMatchObject({
    code: 'unknown-job',
  });
});

it('lists parts with exact bytes, shows them as text, and keeps the job while there are any', async () => {
  await using temp = await makeTempState();
  const { jobs, parts } = temp.state;
  await expect(parts.add(KEY, [])).rejects.toMatchObject({ code: 'unknown-job' });
  await jobs.put(sampleJob('1'));
  const file = { path: new Uint8Array([0x2f, 0xff, 0x0a]), type: 'file', bytes: 5, keptMs: 1 } as const;
  const folder = { path: new Uint8Array([0x2f, 0x61]), type: 'folder', bytes: 0, keptMs: 2 } as const;
  await parts.add(KEY, [file, folder]);
  await parts.add(KEY, [{ ...file, bytes: 9 }]);
  expect(await parts.list(KEY)).toEqual([folder, { ...file, bytes: 9 }]);
  expect(await parts.listAll()).toEqual([
    { ...KEY, ...folder },
    { ...KEY, ...file, bytes: 9 },
  ]);
  expect((await jobs.get(KEY))?.view.parts).toEqual(['/a', '/\\xff\\x0a']);
  await expect(jobs.remove(KEY)).rejects.toMatchObject({ code: 'internal', reason: 'job has parts' });
  await parts.remove(KEY, [file.path, folder.path]);
  await jobs.remove(KEY);
  expect(await jobs.get(KEY)).toBeNull();
  await expect(jobs.remove(KEY)).rejects.toMatchObject({ code: 'unknown-job' });
});

it('marks what was on its way as waiting for its peer, and nothing else', async () => {
  await using temp = await makeTempState();
  const { jobs } = temp.state;
  const states = ['preparing', 'running', 'finishing', 'waiting', 'done', 'cancelled'] as const;
  for (const [index, state] of states.entries()) {
    const waitingFor = state === 'waiting' ? 'approval' : null;
    await jobs.put(sampleJob(index + 1, { state, waitingFor, pausedBy: 'here' }));
  }
  const marked = await jobs.markInterrupted(77);
  expect(marked.map((key) => key.job).sort()).toEqual([1, 2, 3].map(sampleJobId));
  for (const key of marked) {
    expect((await jobs.get(key))?.view).toMatchObject({
      state: 'waiting',
      waitingFor: 'peer',
      updatedMs: 77,
      progress: { ...SAMPLE_PROGRESS, bytesPerSecond: 0, secondsLeft: null, streams: 0, streamSpeeds: [] },
      sinceMs: 77,
      pausedBy: null,
    });
  }
  expect((await jobs.get({ orderer: SELF, job: sampleJobId(4) }))?.view.waitingFor).toBe('approval');
  expect((await jobs.listOpen()).map((job) => job.job)).toEqual([1, 2, 3, 4].map(sampleJobId));
  expect(await jobs.markInterrupted(78)).toEqual([]);
});

it('finds a job by any unique prefix of its cookie', async () => {
  await using temp = await makeTempState();
  const { jobs } = temp.state;
  const cookie = fc.string({ unit: fc.constantFrom('0', '1', 'a', 'f'), minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(cookie, { selector: sampleJobId, maxLength: 10 }),
      cookie,
      async (starts, prefix) => {
        const ids = starts.map(sampleJobId);
        await Promise.all(starts.map((start) => jobs.put(sampleJob(start))));
        const hits = ids.filter((id) => id.startsWith(prefix));
        const found = await jobs.findByPrefix(prefix.toUpperCase()).then(
          (job) => job.job as string,
          (failure: { code: string }) => failure.code,
        );
        expect(found).toBe(hits.length === 0 ? 'unknown-job' : hits.length > 1 ? 'ambiguous' : hits[0]);
        await Promise.all(ids.map((job) => jobs.remove({ orderer: SELF, job })));
      },
    ),
    { numRuns: 100 },
  );
});

it('takes nothing but hex for a cookie, and tells one cookie of two orderers', async () => {
  await using temp = await makeTempState();
  const { jobs } = temp.state;
  await jobs.put(sampleJob('1'));
  for (const wrong of ['', '%', '_', '*', 'g', `${sampleJobId('1')}0`, "1' OR 1"]) {
    await expect(jobs.findByPrefix(wrong)).rejects.toMatchObject({ code: 'unknown-job' });
  }
  await jobs.put(sampleJob('1', {}, { orderer: ALICE }));
  await expect(jobs.findByPrefix(sampleJobId('1'))).rejects.toMatchObject({ code: 'ambiguous' });
});

it('keeps history bounded by time and by number, and never forgets a job with parts', async () => {
  await using temp = await makeTempState();
  const { jobs, parts, history } = temp.state;
  const dayMs = 24 * 3_600_000;
  const ended = async (job: string, updatedMs: number) => {
    await jobs.put(sampleJob(job, { state: 'done', result: sampleResult({ state: 'done' }), updatedMs }));
    return { orderer: SELF, job: sampleJobId(job) as JobId };
  };
  const [old, seen, parted] = [await ended('1', 0), await ended('2', 0), await ended('3', 0)];
  await jobs.put(sampleJob('4', { state: 'running', updatedMs: 0 }));
  await jobs.acknowledge(seen, 10 * dayMs);
  expect((await jobs.acknowledge(seen, 11 * dayMs)).acknowledgedMs).toBe(10 * dayMs);
  await parts.add(parted, [{ path: new Uint8Array([0x2f]), type: 'file', bytes: 1, keptMs: 0 }]);
  // What is written to an ended job later does not make it younger.
  await jobs.update(old, { resume: null, updatedMs: 20 * dayMs });
  expect(await history.prune(30 * dayMs - 1)).toEqual([]);
  expect(await history.prune(30 * dayMs)).toEqual([old]);
  expect(await history.prune(40 * dayMs)).toEqual([seen]);
  expect((await jobs.list(10)).map((job) => job.job).sort()).toEqual(['3', '4'].map(sampleJobId));

  const now = 40 * dayMs;
  const [first, second, third] = [
    await ended('5', now),
    await ended('6', now + 1),
    await ended('7', now + 2),
  ];
  await jobs.acknowledge(third, now + 3);
  // Four have ended, one of them cannot go: the acknowledged one goes first, then the oldest.
  expect(await history.prune(now, 3)).toEqual([third]);
  expect(await history.prune(now, 2)).toEqual([first]);
  expect(await history.prune(now, 0)).toEqual([second]);
  expect((await jobs.list(10)).map((job) => job.job).sort()).toEqual(['3', '4'].map(sampleJobId));
});

it('keeps what the app shows of a job, and none of what only a running engine knows', async () => {
  await using temp = await makeTempState();
  const { jobs } = temp.state;
  const shown = {
    group: sampleJobId(7),
    sinceMs: 1_500,
    fraction: 0.4,
    waitingDetail: { why: { code: 'no-space' }, neededBytes: 5, freeBytes: 2 },
    pausedBy: 'peer',
    cancelledBy: 'here',
    sourceKind: 'page',
  } as const;
  const question = { count: 1, complete: true, clashes: [] };
  await jobs.put(sampleJob(1, { ...shown, question, queuePlace: 3 }));
  expect((await jobs.get(KEY))?.view).toMatchObject({ ...shown, question: null, queuePlace: null });
  await jobs.update(KEY, { pausedBy: null, sinceMs: 1_600, updatedMs: 9 });
  expect((await jobs.list(1))[0]?.view).toMatchObject({ ...shown, pausedBy: null, sinceMs: 1_600 });
  await jobs.update(KEY, { into: '/b', updatedMs: 1_700 });
  expect((await jobs.get(KEY))?.view.sinceMs).toBe(1_600);
  await jobs.update(KEY, { state: 'cancelled', updatedMs: 1_800 });
  expect((await jobs.get(KEY))?.view.sinceMs).toBe(1_800);
});

it('keeps the speeds of a job until it is forgotten', async () => {
  await using temp = await makeTempState();
  const { jobs, speeds } = temp.state;
  const series = { startMs: 5, stepMs: 250, values: [1, null, 3] };
  await speeds.put(KEY, { recent: series, whole: series });
  expect(await speeds.get(KEY)).toBeNull();
  await jobs.put(sampleJob(1));
  await speeds.put(KEY, { recent: series, whole: series });
  await speeds.put(KEY, { recent: { ...series, values: [] }, whole: series });
  expect(await speeds.get(KEY)).toEqual({ recent: { ...series, values: [] }, whole: series });
  expect(await jobs.keyOf(KEY.job.slice(0, 4))).toEqual(KEY);
  await jobs.remove(KEY);
  expect(await speeds.get(KEY)).toBeNull();
});

it('forgets at a start without history what nobody needs any more', async () => {
  await using temp = await makeTempState();
  const { jobs, parts, history } = temp.state;
  const nowMs = 10 * 24 * 3_600_000;
  const done = { state: 'done', result: sampleResult({ state: 'done' }), updatedMs: nowMs } as const;
  await jobs.put(sampleJob(1, { ...done, role: 'source' }));
  await jobs.put(sampleJob(2, { ...done, role: 'destination' }));
  await jobs.put(sampleJob(3, { ...done, role: 'destination' }));
  await jobs.acknowledge({ orderer: SELF, job: sampleJobId(3) }, nowMs);
  await jobs.put(sampleJob(4, { ...done, role: 'source' }));
  await parts.add({ orderer: SELF, job: sampleJobId(4) }, [
    { path: Buffer.from('/a.part'), type: 'file', bytes: 1, keptMs: 1 },
  ]);
  await jobs.put(sampleJob(5, { state: 'waiting', waitingFor: 'paused', role: 'source' }));
  const forgotten = await history.forgetEnded(nowMs);
  expect(forgotten.map((key) => key.job).sort()).toEqual([1, 3].map(sampleJobId));
  expect((await history.forgetEnded(nowMs + 25 * 3_600_000)).map((key) => key.job)).toEqual([sampleJobId(2)]);
});
