import { expect, test } from 'vitest';
import { sumSeries } from './sum-series.ts';

test('what several copies moved is added where they moved together', () => {
  const one = { startMs: 1_000, stepMs: 250, values: [10, 20, null, 40] };
  const other = { startMs: 1_250, stepMs: 250, values: [1, null, 3] };
  expect(sumSeries([one, other], 1_000, 1_750)).toEqual({
    startMs: 1_000,
    stepMs: 250,
    values: [10, 21, null, 43],
  });
});

test('before and after anything moved there is a gap', () => {
  const one = { startMs: 1_000, stepMs: 500, values: [7] };
  expect(sumSeries([one], 0, 2_000).values).toEqual([null, null, 7, null, null]);
  expect(sumSeries([], 0, 2).values).toEqual([null, null, null]);
});
