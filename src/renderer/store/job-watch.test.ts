import { expect, test } from 'vitest';
import { fakeJob, fakeProgress } from '../../bridge/testing/fake-values.ts';
import { JobWatch } from './job-watch.ts';

function running(bytes: number) {
  return fakeJob({ state: 'running', progress: fakeProgress({ bytes, totalBytes: 100 }) });
}

test('how long nothing came', () => {
  const watch = new JobWatch();
  watch.look(running(1), 0);
  expect(watch.look(running(1), 8_000).stillMs).toBe(8_000);
  expect(watch.look(running(2), 9_000).stillMs).toBe(0);
});
