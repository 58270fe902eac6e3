import { expect, test } from 'vitest';
import { fakeJob } from '../../bridge/testing/fake-values.ts';
import type { JobId } from '../../shared/ids.ts';
import type { JobView } from '../../shared/job.ts';
import { isUnder, jobList, neighbourFor, queueOf } from './job-list.ts';

const CHOICE = { filter: 'all', search: '', folded: new Set<string>(), leaving: [] } as const;

function job(id: string, change: Partial<JobView>): JobView {
  return fakeJob({ job: id as JobId, group: id as JobId, question: null, queuePlace: null, ...change });
}

function byId(...jobs: readonly JobView[]): Record<string, JobView> {
  return Object.fromEntries(jobs.map((each) => [each.job, each]));
}

test('what moves, then the queue, then the newest of what has ended', () => {
  const jobs = byId(
    job('old', { state: 'done', createdMs: 1 }),
    job('second', { state: 'waiting', waitingFor: 'turn', queuePlace: 2, createdMs: 9 }),
    job('first', { state: 'waiting', waitingFor: 'turn', queuePlace: 1, createdMs: 8 }),
    job('new', { state: 'done', createdMs: 5 }),
    job('moves', { state: 'running', createdMs: 2 }),
  );
  expect(jobList(jobs, CHOICE).rows).toEqual(['moves', 'first', 'second', 'new', 'old']);
});

test('jobs of one order stand below their row, and fold away', () => {
  const group = 'g' as JobId;
  const jobs = byId(
    job('a', { group, state: 'running', createdMs: 1 }),
    job('other', { state: 'running', createdMs: 2 }),
    job('b', { group, state: 'done', createdMs: 1 }),
  );
  expect(jobList(jobs, CHOICE).rows).toEqual(['other', 'g:g', 'a', 'b']);
  expect(jobList(jobs, { ...CHOICE, folded: new Set(['g']) }).rows).toEqual(['other', 'g:g']);
});

test('counts are of everything, rows of the filter and the search', () => {
  const jobs = byId(
    job('away', { state: 'waiting', waitingFor: 'peer', names: ['Photos'] }),
    job('paused', { state: 'waiting', waitingFor: 'paused', names: ['Music'] }),
    job('partial', { state: 'partial', names: ['Music'] }),
  );
  const list = jobList(jobs, { ...CHOICE, filter: 'active', search: 'mus' });
  expect(list.rows).toEqual(['paused']);
  expect(list.counts).toEqual({ all: 3, active: 1, 'needs-you': 1, waiting: 1, finished: 1 });
});

test('a question needs a person at the destination only', () => {
  const question = { count: 1, complete: true, clashes: [] };
  const asks = job('a', { state: 'running', question });
  expect(isUnder({ ...asks, role: 'destination' }, 'needs-you')).toBe(true);
  expect(isUnder({ ...asks, role: 'source' }, 'needs-you')).toBe(false);
});

test('neighbours in the queue of one destination', () => {
  const queued = (id: string, queuePlace: number, role: JobView['role'] = 'destination') =>
    job(id, { state: 'waiting', waitingFor: 'turn', queuePlace, role });
  const jobs = byId(queued('a', 1), queued('b', 2), queued('c', 3), queued('elsewhere', 1, 'source'));
  const queue = queueOf(jobs, queued('a', 1));
  expect(queue.map((each) => each.job)).toEqual(['a', 'b', 'c']);
  expect(neighbourFor(queue, 'a', 'up')).toBeUndefined();
  expect(neighbourFor(queue, 'b', 'up')).toBe('a');
  expect(neighbourFor(queue, 'a', 'down')).toBe('c');
  expect(neighbourFor(queue, 'b', 'down')).toBeNull();
  expect(neighbourFor(queue, 'c', 'down')).toBeUndefined();
});
