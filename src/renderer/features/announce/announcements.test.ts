import { expect, test } from 'vitest';
import { fakeJob, fakeProgress } from '../../../bridge/testing/fake-values.ts';
import type { JobView } from '../../../shared/job.ts';
import { isWatched, newsOf } from './announcements.ts';

function at(bytes: number, change: Partial<JobView> = {}): JobView {
  return fakeJob({
    state: 'running',
    result: null,
    question: null,
    progress: fakeProgress({ bytes, totalBytes: 100_000, files: 0, totalFiles: 0, complete: true }),
    fraction: bytes / 100_000,
    ...change,
  });
}

test.each([
  ['nothing before', undefined, at(10), null],
  ['its first bytes', at(0), at(10), 'started'],
  ['a quarter', at(24_000), at(26_000), 'percent'],
  ['within a quarter', at(26_000), at(40_000), null],
  ['the end', at(99_000), at(100_000, { state: 'done' }), 'done'],
  ['a failure', at(99_000), at(99_000, { state: 'failed' }), 'needs-you'],
  ['a cancel', at(99_000), at(99_000, { state: 'cancelled' }), null],
])('%s', (_name, before, now, kind) => {
  expect(newsOf(before, now)?.kind ?? null).toBe(kind);
});

test('percents are said of the open job, or of the only one', () => {
  const [one, other] = [at(1), { ...at(1), job: 'other' as JobView['job'] }];
  expect(isWatched(one, [one], null)).toBe(true);
  expect(isWatched(one, [one, other], null)).toBe(false);
  expect(isWatched(one, [one, other], one.job)).toBe(true);
});
