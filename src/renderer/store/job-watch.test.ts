import { expect, test } from 'vitest';
import { fakeJob, fakeProgress } from '../../bridge/testing/fake-values.ts';
import { JobWatch } from './job-watch.ts';

function running(bytes: number, totalBytes: number) {
  return fakeJob({
    state: 'running',
    result: null,
    progress: fakeProgress({ bytes, totalBytes, files: 0, totalFiles: 0, complete: true }),
  });
}

test('the bar never falls, also when the whole grows', () => {
  const watch = new JobWatch();
  const first = watch.look(running(50, 100), 0).fraction;
  expect(watch.look(running(50, 200), 100).fraction).toBe(first);
  expect(watch.look(running(190, 200), 200).fraction).toBeGreaterThan(first ?? 1);
});

test('it is not full before the job is done', () => {
  const watch = new JobWatch();
  expect(watch.look(running(100, 100), 0).fraction).toBe(0.97);
  expect(watch.look({ ...running(100, 100), state: 'done' }, 1).fraction).toBe(1);
});

test('a copy that lacks something shows that it does', () => {
  const partial = { ...running(99_999, 100_000), state: 'partial' as const };
  expect(new JobWatch().look(partial, 0).fraction).toBe(0.99);
  expect(new JobWatch().look({ ...running(50, 100), state: 'partial' }, 0).fraction).toBe(0.5);
});

test('how long nothing came', () => {
  const watch = new JobWatch();
  watch.look(running(1, 100), 0);
  expect(watch.look(running(1, 100), 8_000).stillMs).toBe(8_000);
  expect(watch.look(running(2, 100), 9_000).stillMs).toBe(0);
});
