import { beforeAll, expect, test } from 'vitest';
import { fakeDeviceId, fakeJob, fakeProgress, fakeResult } from '../../bridge/testing/fake-values.ts';
import type { JobView } from '../../shared/job.ts';
import { startTranslation, translate } from '../i18n/translate.ts';
import { plainText } from './isolate.ts';
import { jobStatus, type StatusContext } from './job-status.ts';

const GB = 1_000_000_000;
const NOW_MS = 1_700_000_000_000;

const CONTEXT: StatusContext = {
  t: translate,
  locale: 'en',
  here: 'Garden MacBook',
  there: 'Studio PC',
  limitBytesPerSecond: 50_000_000,
  nowMs: NOW_MS,
  facts: { left: { unit: 'minutes', count: 4 }, stillMs: 0 },
};

beforeAll(() => startTranslation('en'));

function lineOf(change: Partial<JobView>, context: Partial<StatusContext> = {}): string {
  const job = fakeJob({ result: null, sinceMs: NOW_MS, ...change });
  // The no-break space before units is a plain one here.
  return plainText(jobStatus(job, { ...CONTEXT, ...context }).parts.join(' · ')).replaceAll('\u00a0', ' ');
}

const moving = fakeProgress({
  complete: true,
  bytes: 4.1 * GB,
  totalBytes: 12 * GB,
  bytesPerSecond: 5e8,
  limitedBy: 'link',
});

const BETWEEN = {
  source: { id: fakeDeviceId('a'), name: 'anna' },
  destination: { id: fakeDeviceId('b'), name: 'Studio PC' },
};

const REFUSED: Partial<JobView> = {
  state: 'failed',
  result: fakeResult({ state: 'failed', failure: { code: 'no-right', subject: 'anna:box', reason: 'read' } }),
};

test.each<[string, Partial<JobView>, string]>([
  [
    'preparing',
    { state: 'preparing', progress: fakeProgress({ totalFiles: 12_431 }) },
    'Finding files… 12,431 so far',
  ],
  [
    'asked',
    { state: 'waiting', waitingFor: 'approval', sinceMs: NOW_MS - 328_000 },
    'Waiting for Studio PC to accept · 4:32',
  ],
  [
    'space',
    {
      state: 'waiting',
      waitingFor: 'space',
      waitingDetail: { why: { code: 'no-space' }, neededBytes: 7.9 * GB, freeBytes: 4.7 * GB },
    },
    'Studio PC needs 3.20 GB more space · continues by itself',
  ],
  [
    'home full here',
    {
      role: 'destination',
      state: 'waiting',
      waitingFor: 'space',
      waitingDetail: {
        why: { code: 'home-full', subject: '/srv/ann/.ferry' },
        neededBytes: null,
        freeBytes: null,
      },
    },
    'Ferry has no room for its own records in /srv/ann/.ferry · continues by itself',
  ],
  [
    'home full elsewhere',
    {
      state: 'waiting',
      waitingFor: 'space',
      waitingDetail: { why: { code: 'home-full' }, neededBytes: null, freeBytes: null },
    },
    'Ferry on Studio PC has no room for its own records · continues by itself',
  ],
  [
    'disk gone',
    {
      role: 'destination',
      into: '/mnt/Backup',
      state: 'waiting',
      waitingFor: 'disk',
      waitingDetail: { why: { code: 'destination-gone' }, neededBytes: null, freeBytes: null },
    },
    'The disk with Backup is gone · continues when it is back',
  ],
  [
    'disk gone elsewhere',
    {
      state: 'waiting',
      waitingFor: 'disk',
      waitingDetail: { why: { code: 'destination-gone' }, neededBytes: null, freeBytes: null },
    },
    'A disk of Studio PC is gone · continues when it is back',
  ],
  ['verifying', { state: 'finishing', progress: fakeProgress({ phase: 'verifying' }) }, 'Verifying…'],
  [
    'running for somebody else',
    {
      state: 'running',
      progress: moving,
      between: { source: null, destination: null, orderedBy: { id: fakeDeviceId('c'), name: 'nas' } },
    },
    'about 4 min left · nothing crosses the network · Ordered by nas · 4.10 of 12.0 GB · limited by the network',
  ],
  [
    'running',
    { state: 'running', progress: moving },
    'about 4 min left · 4.10 of 12.0 GB · limited by the network',
  ],
  [
    'unlisted',
    { state: 'running', progress: fakeProgress({ bytes: 1.2 * GB, complete: false, limitedBy: 'unknown' }) },
    '1.20 GB copied · still finding files',
  ],
  [
    'ordered, and one of the two is away',
    {
      ...{ state: 'waiting', waitingFor: 'peer', role: 'orderer', progress: fakeProgress({ bytes: 0 }) },
      between: { ...BETWEEN, orderedBy: null },
    },
    'Waiting for anna or Studio PC · continues by itself',
  ],
  [
    'ordered, and refused by the source',
    { ...REFUSED, role: 'orderer', between: { ...BETWEEN, orderedBy: null } },
    'anna doesn’t share that with this device. · allow it there: Settings, Sharing',
  ],
  [
    'ordered by another device that may not any more',
    { ...REFUSED, between: { ...BETWEEN, orderedBy: { id: fakeDeviceId('c'), name: 'nas' } } },
    'nas has no right to this any more · Ordered by nas',
  ],
  ['queued', { state: 'waiting', waitingFor: 'turn', queuePlace: 1 }, 'Queued · next'],
  ['paused here', { state: 'waiting', waitingFor: 'paused', pausedBy: 'here' }, 'Paused by you'],
  ['paused there', { state: 'waiting', waitingFor: 'paused', pausedBy: 'peer' }, 'Paused on Studio PC'],
  [
    'held by a network',
    { state: 'waiting', waitingFor: 'paused', pausedBy: 'here', heldBy: 'metered' },
    'This network is metered · waits for another network',
  ],
  [
    'paused long ago',
    { state: 'waiting', waitingFor: 'paused', pausedBy: 'peer', sinceMs: Date.UTC(1999, 4, 3, 12) },
    'Paused on Studio PC · since May 3',
  ],
  ['finishing', { state: 'finishing' }, 'Writing to disk…'],
  [
    'page on its way',
    { state: 'waiting', waitingFor: 'page', sinceMs: NOW_MS + 200, progress: fakeProgress() },
    'Finding files…',
  ],
  [
    'page closed',
    { state: 'waiting', waitingFor: 'page', sinceMs: NOW_MS - 5_000, progress: fakeProgress() },
    'The tab with these files was closed · drop them again to continue',
  ],
  [
    'space there',
    { state: 'waiting', waitingFor: 'space', role: 'source' },
    'Studio PC needs more space · continues by itself',
  ],
  [
    'space here',
    { state: 'waiting', waitingFor: 'space', role: 'destination' },
    'Garden MacBook needs more space · continues by itself',
  ],
  [
    'partial',
    {
      state: 'partial',
      progress: fakeProgress({ files: 4_996, totalFiles: 5_000 }),
      result: fakeResult({ state: 'partial', problemCount: 4 }),
    },
    '4,996 of 5,000 copied · 4 need a look',
  ],
  [
    'done, and found damaged later',
    {
      state: 'done',
      progress: fakeProgress({}),
      result: fakeResult({ bytes: 312e6, verified: true }),
      verification: {
        ...{ state: 'done', files: 9, bytes: 9, totalFiles: 9, totalBytes: 9, unproven: 0, damaged: 2 },
        ...{ problems: [], problemCount: 3, failure: null, startedMs: 1, endedMs: 2 },
      },
    },
    'Read back: 2 files are not what came',
  ],
  [
    'done by a delta',
    {
      state: 'done',
      progress: fakeProgress({}),
      result: fakeResult({ bytes: 312e6, from: { there: 240e6, here: 0, older: 32e6 }, verified: true }),
    },
    'Sent 40.0 MB of 312 MB; the rest was already there · Done, verified',
  ],
  [
    'unreachable',
    { state: 'failed', result: fakeResult({ state: 'failed', failure: { code: 'unreachable' } }) },
    'Can’t reach Studio PC. It may be asleep or on another network.',
  ],
  [
    'cancelled and kept',
    { state: 'cancelled', cancelledBy: 'here', parts: ['/a'], progress: fakeProgress({ bytes: 3.1 * GB }) },
    'Cancelled by you · 3.10 GB kept',
  ],
])('%s', (_name, change, line) => {
  expect(lineOf({ role: 'source', ...change })).toBe(line);
});

test('a question stands before the rest at the destination and is only told at the source', () => {
  const question = { count: 3, complete: true, clashes: [] };
  const change = { state: 'running', progress: moving, question } as const;
  expect(lineOf({ ...change, role: 'destination' })).toMatch(/^3 files differ from what is there · about/);
  expect(lineOf({ ...change, role: 'source' })).toMatch(
    /^Studio PC is asked about 3 files that differ · about/,
  );
});

test('a copy that brings nothing says for how long', () => {
  const facts = { ...CONTEXT.facts, stillMs: 8_400 };
  const progress = { ...moving, bytesPerSecond: 0 };
  expect(lineOf({ state: 'running', progress }, { facts })).toBe('No data from Studio PC for 8 s');
});

test('the own limit is named', () => {
  const progress = { ...moving, limitedBy: 'own-limit' as const };
  expect(lineOf({ state: 'running', progress })).toMatch(/limited by your limit of 50 MB\/s$/);
});

test('a hostile name stays text of one line', () => {
  const line = lineOf({ state: 'waiting', waitingFor: 'peer' }, { there: 'a\n\u202eb<img>' });
  expect(line).not.toMatch(/[\n\u202e]/);
  expect(line).toContain('<img>');
});

test('every state has words in German too', async () => {
  await startTranslation('de');
  expect(lineOf({ state: 'waiting', waitingFor: 'paused', pausedBy: 'here' })).toBe('Von dir pausiert');
});
