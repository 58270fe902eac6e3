import { expect, test } from 'vitest';
import { runsOfSeries } from './runs-of-series.ts';

test('a gap ends a line, and the next value begins another', () => {
  expect(runsOfSeries([0, 50, null, 100, null, null], 100)).toEqual([
    [
      { x: 0, y: 100 },
      { x: 20, y: 50 },
    ],
    [{ x: 60, y: 0 }],
  ]);
});

test('nothing measured is no line, and one value is a point at the start', () => {
  expect(runsOfSeries([], 100)).toEqual([]);
  expect(runsOfSeries([null, null], 100)).toEqual([]);
  expect(runsOfSeries([25], 100)).toEqual([[{ x: 0, y: 75 }]]);
});

test('what is higher than the picture stays in it', () => {
  expect(runsOfSeries([300], 100)).toEqual([[{ x: 0, y: 0 }]]);
});
