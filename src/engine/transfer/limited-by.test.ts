import { expect, test } from 'vitest';
import type { LimitedBy, StageTimes } from '../../shared/job.ts';
import { type LimitInput, limitedBy, subtractTimes } from './limited-by.ts';
import { NO_TIMES } from './stage-clock.ts';

interface Case {
  readonly source?: Partial<StageTimes>;
  readonly destination?: Partial<StageTimes>;
  readonly more?: Partial<LimitInput>;
}

const small = { files: 1000, bytes: 1000 * 3000 };

test.each<[LimitedBy, string, Case]>([
  ['unknown', 'no time has passed', { more: { wallSeconds: 0 } }],
  ['link', 'both ends wait', { source: { waiting: 1 }, destination: { waiting: 1 } }],
  ['link', 'both ends are half busy', { source: { hash: 0.5 }, destination: { hash: 0.5 } }],
  ['listing', 'both ends wait and nothing can be asked for', { more: { isStarved: true } }],
  ['own-limit', 'our limit holds it', { destination: { limited: 0.5, disk: 0.5 } }],
  ['peer-limit', 'their limit holds it', { source: { limited: 0.5, disk: 0.5 } }],
  [
    'destination-disk',
    'we write',
    { destination: { disk: 0.6, sync: 0.2, hash: 0.1 }, source: { hash: 0.3 } },
  ],
  [
    'destination-cpu',
    'we decipher',
    { destination: { socket: 0.5, hash: 0.2, disk: 0.2 }, source: { hash: 0.3 } },
  ],
  ['source-disk', 'they read', { source: { disk: 0.8 }, destination: { hash: 0.3 } }],
  [
    'source-cpu',
    'they encipher',
    { source: { socket: 0.6, hash: 0.2, disk: 0.1 }, destination: { hash: 0.3 } },
  ],
  ['small-files', 'files are small here', { destination: { disk: 0.9 }, more: small }],
  ['small-files', 'files are small there', { source: { disk: 0.9 }, more: small }],
  ['one-stream', 'more of them were faster', { source: { disk: 0.2 }, more: { isMoreBetter: true } }],
  ['listing', 'they walk', { source: { listing: 0.7, disk: 0.1 }, more: small }],
])('%s: %s', (expected, _why, { source, destination, more }) => {
  const input: LimitInput = {
    source: { ...NO_TIMES, ...source },
    destination: { ...NO_TIMES, ...destination },
    wallSeconds: 1,
    files: 1,
    bytes: 1e9,
    isStarved: false,
    isMoreBetter: false,
    ...more,
  };
  expect(limitedBy(input)).toBe(expected);
});

test('times are compared stage by stage', () => {
  const later = { disk: 7, hash: 6, socket: 5, waiting: 4, limited: 3, listing: 2, sync: 1 };
  const sooner = { disk: 1, hash: 1, socket: 1, waiting: 1, limited: 1, listing: 1, sync: 1 };
  expect(subtractTimes(later, sooner)).toEqual({
    disk: 6,
    hash: 5,
    socket: 4,
    waiting: 3,
    limited: 2,
    listing: 1,
    sync: 0,
  });
});
