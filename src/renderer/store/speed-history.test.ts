import { expect, test } from 'vitest';
import { fakeJob, fakeJobId, fakeProgress } from '../../bridge/testing/fake-values.ts';
import type { JobView } from '../../shared/job.ts';
import { ALL_JOBS, SpeedHistory } from './speed-history.ts';

function moving(digit: string, role: JobView['role'], bytesPerSecond: number): JobView {
  const progress = fakeProgress({ bytesPerSecond });
  return fakeJob({ job: fakeJobId(digit), role, state: 'running', progress });
}

test('all jobs together, what is sent and what is received apart', () => {
  const speeds = new SpeedHistory();
  speeds.note({ kind: 'job-changed', job: moving('1', 'source', 4) }, 1_000);
  speeds.note({ kind: 'job-changed', job: moving('1', 'source', 5) }, 1_000);
  speeds.note({ kind: 'job-changed', job: moving('2', 'destination', 7) }, 1_050);
  expect(speeds.of(ALL_JOBS, 1_100)).toEqual([{ atMs: 1_000, bytesPerSecond: 12, streams: [5, 7] }]);
});

test('when the last one ends, that is a gap', () => {
  const speeds = new SpeedHistory();
  const job = moving('1', 'source', 5);
  speeds.note({ kind: 'job-changed', job }, 1_000);
  speeds.note({ kind: 'job-changed', job: { ...job, state: 'done' } }, 2_000);
  expect(speeds.of(ALL_JOBS, 2_000)).toEqual([
    { atMs: 1_000, bytesPerSecond: 5, streams: [5, null] },
    { atMs: 2_000, bytesPerSecond: null, streams: [] },
  ]);
  speeds.note({ kind: 'job-changed', job: { ...job, state: 'done' } }, 3_000);
  expect(speeds.of(ALL_JOBS, 3_000)).toHaveLength(2);
});

test('what runs between others, or within one device, is nobody’s network here', () => {
  const speeds = new SpeedHistory();
  speeds.note({ kind: 'job-changed', job: moving('1', 'orderer', 4) }, 1_000);
  const within = { source: null, destination: null, orderedBy: null };
  speeds.note({ kind: 'job-changed', job: { ...moving('2', 'destination', 7), between: within } }, 1_000);
  expect(speeds.of(ALL_JOBS, 1_100)).toEqual([]);
  expect(speeds.of(fakeJobId('1'), 1_100)).toHaveLength(1);
});
