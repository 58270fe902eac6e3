import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { isDataServerName } from '../identity/tls-settings.ts';
import { dataServerName, pullRouteOf, pullServerName, routeOf } from './data-server-name.ts';

const anyJob = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex') as JobId);

test('all connections of a job, and its orders, reach one worker', () => {
  fc.assert(
    fc.property(anyJob, fc.integer({ min: 1, max: 16 }), (job, workers) => {
      const route = routeOf(job, workers);
      expect(routeOf(dataServerName(job), workers)).toBe(route);
      expect(routeOf(pullServerName(job), workers)).toBe(route);
      expect(isDataServerName(dataServerName(job))).toBe(true);
      expect(isDataServerName(pullServerName(job))).toBe(true);
      expect(pullRouteOf(pullServerName(job))).toBe(job.slice(0, 8));
      expect(pullRouteOf(dataServerName(job))).toBeNull();
    }),
  );
});

test('jobs are spread over all workers', () => {
  const routes = fc.sample(anyJob, 200).map((job) => routeOf(job, 4));
  expect(new Set(routes)).toEqual(new Set([0, 1, 2, 3]));
});

test('any name a stranger may send has a worker: it is read before anybody is known', () => {
  const names = [
    '',
    'data.ferry',
    '-1.data.ferry',
    '-0000001.data.ferry',
    '0x10.data.ferry',
    'ffffffff.data.ferry',
    ' 1',
    'NaN',
  ];
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...names), fc.string()),
      fc.integer({ min: 1, max: 16 }),
      (name, workers) => {
        const route = routeOf(name, workers);
        expect(Number.isInteger(route) && route >= 0 && route < workers).toBe(true);
      },
    ),
  );
});
