import { expect, test } from 'vitest';
import { fakeDeviceId } from '../../bridge/testing/fake-values.ts';
import type { JobBetween, JobDevice } from '../../shared/job.ts';
import { endsOf, isWithinOne, ordererOf } from './job-ends.ts';

const A: JobDevice = { id: fakeDeviceId('a'), name: 'A' };
const B: JobDevice = { id: fakeDeviceId('b'), name: 'B' };

test.each<[string, 'source' | 'destination' | 'orderer', JobBetween | null, string, string]>([
  ['sent', 'source', null, 'here', 'there'],
  ['received', 'destination', null, 'there', 'here'],
  ['between others', 'orderer', { source: A, destination: B, orderedBy: null }, 'A', 'B'],
  ['from here for somebody', 'source', { source: null, destination: B, orderedBy: A }, 'here', 'B'],
  ['to here for somebody', 'destination', { source: B, destination: null, orderedBy: A }, 'B', 'here'],
  ['within this one', 'destination', { source: null, destination: null, orderedBy: null }, 'here', 'here'],
])('%s', (_name, role, between, source, destination) => {
  expect(endsOf({ role, between }, 'here', 'there')).toEqual({ source, destination });
});

test('one device at both ends, this one or another', () => {
  expect(isWithinOne({ source: A, destination: { ...A, name: 'renamed' }, orderedBy: B })).toBe(true);
  expect(isWithinOne({ source: null, destination: null, orderedBy: null })).toBe(true);
  expect(isWithinOne({ source: null, destination: A, orderedBy: null })).toBe(false);
  expect(isWithinOne(null)).toBe(false);
});

test('what this device ordered is ordered by nobody else', () => {
  expect(ordererOf({ between: { source: A, destination: B, orderedBy: null } })).toBeNull();
  expect(ordererOf({ between: { source: null, destination: A, orderedBy: B } })).toEqual(B);
});
