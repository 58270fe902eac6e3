import { expect, test } from 'vitest';
import { joinPoints, pointFacts, seriesPoints } from './chart-points.ts';

test('what the engine remembers ends where this page has seen for itself', () => {
  const older = seriesPoints({ startMs: 0, stepMs: 10, values: [1, 2, null, 4] });
  const points = joinPoints(older, [{ atMs: 25, bytesPerSecond: 9, streams: [] }]);
  expect(points.map(({ value }) => value)).toEqual([1, 2, null, 9]);
});

test('pauses lie between what moved; the end is none, and averages leave them out', () => {
  const points = seriesPoints({ startMs: 0, stepMs: 1, values: [null, 2, null, null, 4, null, 6, null] });
  expect(pointFacts(points)).toEqual({ highest: 6, average: 4, pauses: 2 });
  expect(pointFacts([])).toEqual({ highest: 0, average: null, pauses: 0 });
});
