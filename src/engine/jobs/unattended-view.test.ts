import { expect, test } from 'vitest';
import { sampleJob } from '../state/testing/sample-records.ts';
import { toUnattended } from './unattended-view.ts';

const MOVING = { bytesPerSecond: 5e6, secondsLeft: 7, streams: 2, streamSpeeds: [3e6, 2e6], bytes: 10 };

test('a job that nobody drives waits, and has no speed', () => {
  const running = sampleJob(1, { state: 'running' }).view;
  const view = toUnattended({ ...running, progress: { ...running.progress, ...MOVING } });
  expect(view).toMatchObject({ state: 'waiting', waitingFor: null });
  expect(view.progress).toMatchObject({ bytesPerSecond: 0, secondsLeft: null, streams: 0, streamSpeeds: [] });
  expect(view.progress.bytes).toBe(10);
});

test('one that waited or has ended is as it was', () => {
  expect(toUnattended(sampleJob(1, { state: 'waiting', waitingFor: 'paused' }).view)).toMatchObject({
    state: 'waiting',
    waitingFor: 'paused',
  });
  const done = sampleJob(1, { state: 'done' }).view;
  expect(toUnattended(done)).toBe(done);
});
