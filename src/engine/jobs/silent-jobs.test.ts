import { afterEach, expect, it } from 'vitest';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { Links } from '../link/links.ts';
import type { Sending } from './sending-job.ts';
import { SILENT_MS, SilentJobs } from './silent-jobs.ts';

const job = 'ab'.repeat(16) as JobId;
const peer = 'cd'.repeat(32) as DeviceId;
const link = { peerId: peer } as unknown as Link;
let stop = new AbortController();

afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

function bench(change: { readonly isLooking?: boolean; readonly isLinked?: boolean } = {}) {
  const sending = { live: { key: { job } }, pullerId: peer, isLooking: change.isLooking ?? false };
  const asked: JobId[] = [];
  const links = { get: () => (change.isLinked === false ? null : link) } as unknown as Links;
  const jobs = new SilentJobs(
    { links, signal: stop.signal },
    () => [sending as unknown as Sending],
    (silent) => asked.push(silent.live.key.job),
  );
  return { jobs, asked };
}

it('asks once about a job that was not heard of for a while, and again after another while', () => {
  const { jobs, asked } = bench();
  const nowMs = Math.round(performance.now());
  jobs.look(nowMs);
  jobs.look(nowMs + SILENT_MS - 1);
  expect(asked).toEqual([]);
  jobs.look(nowMs + SILENT_MS);
  jobs.look(nowMs + SILENT_MS + 1);
  expect(asked).toEqual([job]);
  jobs.look(nowMs + 2 * SILENT_MS);
  expect(asked).toEqual([job, job]);
});

it('asks nothing about a job that was just heard of', () => {
  const { jobs, asked } = bench();
  jobs.look(performance.now() - SILENT_MS);
  jobs.heard(job);
  jobs.look(performance.now());
  expect(asked).toEqual([]);
});

it.each([{ isLooking: true }, { isLinked: false }])('asks nobody who is not there: %j', (change) => {
  const { jobs, asked } = bench(change);
  const nowMs = Math.round(performance.now());
  for (const past of [0, 1, 2]) jobs.look(nowMs + past * SILENT_MS);
  expect(asked).toEqual([]);
});
