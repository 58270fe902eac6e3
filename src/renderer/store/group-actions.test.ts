import { expect, test } from 'vitest';
import { fakeJob } from '../../bridge/testing/fake-values.ts';
import type { JobId } from '../../shared/ids.ts';
import { askedAbout, groupActions, groupPrimary } from './group-actions.ts';

const running = fakeJob({ job: '1'.repeat(32) as JobId, group: 'g' as JobId, state: 'running' });
const paused = fakeJob({
  job: '2'.repeat(32) as JobId,
  group: 'g' as JobId,
  state: 'waiting',
  waitingFor: 'paused',
});
const done = fakeJob({ job: '3'.repeat(32) as JobId, group: 'g' as JobId, state: 'done' });
const failed = fakeJob({ job: '4'.repeat(32) as JobId, group: 'g' as JobId, state: 'failed' });

test('a group offers what applies to some of its copies', () => {
  expect(groupPrimary([running, paused])).toBe('pause');
  expect(groupActions([running, paused, failed])).toEqual(['pause', 'resume', 'again', 'cancel']);
  expect(groupPrimary([paused, done])).toBe('resume');
  expect(groupPrimary([done])).toBeNull();
  expect(groupActions([done, failed])).toEqual(['again', 'remove']);
});

test('cancelling a group is about what has not ended; cancelling one copy is about that one', () => {
  const jobs = Object.fromEntries([running, paused, done].map((job) => [job.job, job]));
  expect(askedAbout(jobs, running.job, true)).toEqual([running, paused]);
  expect(askedAbout(jobs, running.job, false)).toEqual([running]);
  expect(askedAbout(jobs, 'none', true)).toEqual([]);
});
