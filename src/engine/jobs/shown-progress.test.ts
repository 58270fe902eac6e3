import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type JobProgress,
  type JobResult,
  type JobView,
  NO_PROGRESS,
  type Verification,
} from '../../shared/job.ts';
import type { StateClient } from '../state/state-client.ts';
import { sampleJob, sampleResult } from '../state/testing/sample-records.ts';
import { JobBook, type LiveJob } from './job-book.ts';
import { shownProgress } from './shown-progress.ts';

/** A database that keeps the one job of a run. */
function keeping(): { readonly state: StateClient; readonly kept: () => JobView } {
  let kept: JobView | null = null;
  const jobs = {
    put: async ({ view }: { view: JobView }) => void (kept = view),
    update: async (_key: unknown, change: Partial<JobView>) =>
      void (kept = { ...(kept as JobView), ...change }),
  };
  const speeds = { put: async () => undefined };
  return { state: { jobs, speeds } as unknown as StateClient, kept: () => kept as JobView };
}

const amount = fc.nat({ max: 100_000 });
const reported = fc
  .record({ bytes: amount, files: amount, moreBytes: amount, moreFiles: amount, complete: fc.boolean() })
  .map(({ bytes, files, moreBytes, moreFiles, complete }): JobProgress => {
    const totals = { totalBytes: bytes + moreBytes, totalFiles: files + moreFiles };
    return { ...NO_PROGRESS, bytes, files, ...totals, complete };
  });
const step = fc.oneof(
  fc.record({ kind: fc.constant('progress' as const), progress: reported }),
  fc.record({
    kind: fc.constant('state' as const),
    state: fc.constantFrom('preparing', 'waiting', 'running', 'finishing'),
  }),
  fc.record({ kind: fc.constant('verified' as const), bytes: amount, more: amount }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

function seen(bytes: number, totalBytes: number): Verification {
  const counts = { files: 0, totalFiles: 0, unproven: 0, damaged: 0, problemCount: 0 };
  const rest = { problems: [], failure: null, startedMs: 0, endedMs: null };
  return { state: 'running', bytes, totalBytes, ...counts, ...rest };
}

/** Does one step; a restart takes what was written down. */
async function take(
  book: JobBook,
  live: LiveJob,
  next: typeof step extends fc.Arbitrary<infer Step> ? Step : never,
  restart: () => Promise<[JobBook, LiveJob]>,
): Promise<[JobBook, LiveJob]> {
  if (next.kind === 'restart') return await restart();
  if (next.kind === 'progress') book.update(live, { progress: next.progress });
  else if (next.kind === 'state') book.update(live, { state: next.state, waitingFor: null });
  else book.showVerification(live, seen(next.bytes, next.bytes + next.more));
  return [book, live];
}

it('the bar never falls, is never full before the end, and outlives the engine', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, verify) => {
      const { state, kept } = keeping();
      const told: JobView[] = [];
      const open = () =>
        new JobBook(
          state,
          () => undefined,
          (view) => told.push(view),
        );
      const record = sampleJob(1, { progress: NO_PROGRESS, state: 'preparing' });
      const options = { ...record.options, verify };
      let book = open();
      let live = await book.create({ ...record, options });
      const restart = async (): Promise<[JobBook, LiveJob]> => {
        await book.flush();
        const next = open();
        return [next, next.adopt({ ...record, options, view: kept() })];
      };
      for (const next of steps) [book, live] = await take(book, live, next, restart);
      const fractions = told.map(({ fraction }) => fraction ?? 0);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(Math.max(...fractions)).toBeLessThan(1);
      for (const { progress } of told) expect(progress.bytes).toBeLessThanOrEqual(progress.totalBytes);
      const bytes = told.map(({ progress }) => progress.bytes);
      expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
      const last = Math.max(...fractions);
      const partial: JobResult = sampleResult({ state: 'partial' });
      expect((await book.end(live, partial)).fraction).toBeGreaterThanOrEqual(last);
      expect(told.at(-1)?.fraction).toBeLessThan(1);
    }),
    { numRuns: 60 },
  );
});

it('reading back is part of the bar', async () => {
  const { state } = keeping();
  const book = new JobBook(
    state,
    () => undefined,
    () => undefined,
  );
  const record = sampleJob(1, { progress: NO_PROGRESS });
  const live = await book.create({ ...record, options: { ...record.options, verify: true } });
  book.update(live, {
    progress: { ...NO_PROGRESS, bytes: 100, totalBytes: 100, complete: true },
    state: 'finishing',
  });
  expect(live.view.fraction).toBe(0.75);
  book.showVerification(live, seen(50, 100));
  expect(live.view).toMatchObject({ progress: { phase: 'verifying' } });
  expect(live.view.fraction).toBeCloseTo(0.89);
  expect((await book.end(live, sampleResult({ state: 'done' }))).fraction).toBe(1);
});

it('what had come is said to be there while it is fetched again, but not in the end', async () => {
  const before = { ...NO_PROGRESS, bytes: 80, files: 8, totalBytes: 100, totalFiles: 10, complete: true };
  const anew = { ...before, bytes: 30, files: 9, from: { there: 30, here: 0, older: 0 } };
  expect(shownProgress(before, anew)).toEqual({ ...before, files: 9 });
  const listing = { ...NO_PROGRESS, bytes: 5, totalBytes: 20 };
  expect(shownProgress(before, listing)).toMatchObject({ bytes: 80, totalBytes: 100, complete: false });
  const { state } = keeping();
  const book = new JobBook(
    state,
    () => undefined,
    () => undefined,
  );
  const live = await book.create(sampleJob(1, { progress: before }));
  book.update(live, { progress: anew });
  expect(live.view.progress.bytes).toBe(80);
  expect((await book.end(live, sampleResult({ state: 'cancelled' }))).progress.bytes).toBe(30);
});
