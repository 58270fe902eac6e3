import { expect, test } from 'vitest';
import { fakeDeviceId, fakeJob, fakeJobId } from '../../bridge/testing/fake-values.ts';
import type { JobView } from '../../shared/job.ts';
import { firstOrders, noteOrderer } from './known-orderers.ts';

function ordered(digit: string, by: string | null, createdMs: number): JobView {
  const orderedBy = by === null ? null : { id: fakeDeviceId(by), name: by };
  const between = { source: null, destination: null, orderedBy };
  return fakeJob({ job: fakeJobId(digit), between, createdMs });
}

const JOBS = Object.fromEntries(
  [ordered('1', 'c', 20), ordered('2', 'c', 10), ordered('3', 'd', 5), ordered('4', null, 1)].map((job) => [
    job.job,
    job,
  ]),
);

test('one notice for each device, about its first order; none about what this device ordered', () => {
  expect(firstOrders(JOBS).map(({ job }) => job)).toEqual([fakeJobId('2'), fakeJobId('3')]);
});

test('what a person has been told of is told no more', () => {
  noteOrderer(fakeDeviceId('c'));
  expect(firstOrders(JOBS).map(({ job }) => job)).toEqual([fakeJobId('3')]);
});
