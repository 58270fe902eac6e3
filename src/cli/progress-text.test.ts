import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeJob, fakeProgress } from '../bridge/testing/fake-values.ts';
import type { JobView } from '../shared/job.ts';
import { plainProgressLine, progressLine } from './progress-text.ts';
import { waitingNote } from './waiting-text.ts';

const running = fakeJob({
  state: 'running',
  progress: fakeProgress({
    files: 1_204,
    totalFiles: 50_000,
    bytes: 1_400_000_000,
    totalBytes: 3_400_000_000,
    bytesPerSecond: 820_000_000,
    secondsLeft: 2.6,
    limitedBy: 'link',
  }),
  fraction: 0.41,
});

test('a wide terminal shows everything', () => {
  expect(progressLine(running, 140, '')).toMatchInlineSnapshot(
    `" 41% ━━━━━━━━────────────  1.4 GB of 3.4 GB  820 MB/s  3 sec left  1,204 of 50,000 files  limited by: network"`,
  );
});

test('a narrow one leaves out the least important', () => {
  expect(progressLine(running, 60, '')).toMatchInlineSnapshot(
    `" 41% ━━━━━─────────  1.4 GB of 3.4 GB  820 MB/s  3 sec left"`,
  );
});

test('before anything is known it says that it counts', () => {
  const progress = fakeProgress({ files: 0, bytes: 0, totalFiles: 0, totalBytes: 0, complete: false });
  expect(progressLine(fakeJob({ state: 'running', progress }), 100, '')).toBe(
    ' ... ────────────────────  counting',
  );
  const asked = fakeJob({ state: 'waiting', waitingFor: 'approval', progress });
  expect(plainProgressLine(asked, '')).toBe('waiting for a yes on the other side');
  const coded = fakeJob({ state: 'waiting', waitingFor: 'peer', peer: null, progress });
  expect(plainProgressLine(coded, '')).toBe('waiting for the receiver');
  // nothing is known yet: words, and no empty bar
  expect(progressLine(coded, 100, '')).toBe('waiting for the receiver');
  expect(progressLine(asked, 100, 'heron')).toBe('heron  waiting for a yes on the other side');
});

test('finishing means that all content has come, and that not all is done', () => {
  expect(plainProgressLine({ ...running, state: 'finishing', fraction: 0.97 }, '')).toBe(
    '97%, finishing, 3.4 GB of 3.4 GB, 50,000 of 50,000 files',
  );
});

test('while the source counts there is no percentage and no promise', () => {
  const counting = {
    ...running,
    fraction: null,
    progress: { ...running.progress, complete: false, secondsLeft: null },
  };
  expect(progressLine(counting, 140, '')).toMatchInlineSnapshot(
    `" ... ────────────────────  1.4 GB of 3.4 GB+  820 MB/s  1,204 of 50,000+ files  limited by: network"`,
  );
});

test('a destination that cannot be used says why, and how much is missing', () => {
  const waitingDetail = { why: { code: 'no-space' }, neededBytes: 5_000_000, freeBytes: 2_000_000 } as const;
  const stuck = { ...running, state: 'waiting', waitingFor: 'space', waitingDetail } as const;
  expect(plainProgressLine(stuck, '')).toContain(
    'waiting: no space left at the destination, 3.0 MB missing (needs 5.0 MB, free 2.0 MB)',
  );
  const gone = { why: { code: 'destination-gone' }, neededBytes: null, freeBytes: null } as const;
  expect(plainProgressLine({ ...stuck, waitingFor: 'disk', waitingDetail: gone }, '')).toContain(
    'waiting: the disk of the destination is not there any more',
  );
  const full = {
    why: { code: 'home-full', subject: '/srv/ann\u001b/ferry' },
    neededBytes: null,
    freeBytes: null,
  };
  const stuckHere = { ...stuck, waitingDetail: full } as const;
  expect(plainProgressLine(stuckHere as JobView, '')).toContain(
    "waiting: no room for Ferry's own records in /srv/ann\\x1b/ferry",
  );
  const elsewhere = { ...full, why: { code: 'home-full' } };
  expect(plainProgressLine({ ...stuck, waitingDetail: elsewhere } as JobView, '')).toContain(
    "waiting: no room for Ferry's own records at the other device",
  );
});

test('waiting says since when, who paused it, and what makes it go on', () => {
  const waiting = { state: 'waiting', sinceMs: 1_000 } as const;
  const away = fakeJob({ ...waiting, waitingFor: 'peer' });
  expect(waitingNote(away, 201_000)).toBe(
    'for 3 min 20 sec, goes on by itself when the other device is back',
  );
  const paused = fakeJob({ ...waiting, waitingFor: 'paused', pausedBy: 'peer' });
  expect(plainProgressLine(paused, '')).toContain('paused by brave heron');
  expect(waitingNote(paused, 1_000)).toContain('goes on with `ferry resume 11111111`');
  expect(plainProgressLine({ ...paused, pausedBy: 'here' }, '')).toContain('paused here');
  expect(waitingNote(running, 1_000)).toBe('');
});

test('waiting says for what', () => {
  const waiting = fakeJob({ state: 'waiting', waitingFor: 'peer' });
  expect(progressLine(waiting, 140, 'brave heron')).toMatchInlineSnapshot(
    `"brave heron   0% ────────────────────  waiting for the other device  0 bytes of 1.0 MB  0 of 10 files"`,
  );
});

test('plain lines', () => {
  expect(plainProgressLine(running, '')).toMatchInlineSnapshot(
    `"41%, 1.4 GB of 3.4 GB, 820 MB/s, 3 sec left, 1,204 of 50,000 files, limited by: network"`,
  );
});

test('no line is as wide as its terminal, and 100% only means all', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 250 }),
      fc.nat({ max: 2 ** 40 }),
      fc.nat({ max: 2 ** 40 }),
      fc.string({ maxLength: 30 }),
      (columns, bytes, totalBytes, label) => {
        const progress = fakeProgress({ bytes, totalBytes, bytesPerSecond: bytes, secondsLeft: 4 });
        const line = progressLine(fakeJob({ state: 'running', progress }), columns, label);
        expect(line.length).toBeLessThan(Math.max(columns, 21));
        const isAll = bytes >= totalBytes || totalBytes === 0;
        expect(line.includes('100%') && !isAll && !label.includes('100%')).toBe(false);
      },
    ),
  );
});
