import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSaturated, saturationOf } from './stream-sweep.ts';

function steps(...speeds: (number | null)[]) {
  return speeds.map((bytesPerSecond, index) => ({ streams: index + 1, bytesPerSecond }));
}

test('the fewest connections that come close to the most are the choice', () => {
  expect(saturationOf(steps(100, 190, 196, 200))).toEqual({ streams: 2, bytesPerSecond: 190 });
  expect(saturationOf(steps(100, 180, 196, 200))).toEqual({ streams: 3, bytesPerSecond: 196 });
  expect(saturationOf(steps(500, 400, 300))?.streams).toBe(1);
  expect(saturationOf(steps(null, 0, null))).toBeNull();
});

test('a sweep goes on while something is gained, and ends after three steps without', () => {
  expect(isSaturated(steps(100, 200, 300, 400))).toBe(false);
  expect(isSaturated(steps(100, 200, 201, 199))).toBe(false);
  expect(isSaturated(steps(100, 200, 201, 199, 202))).toBe(true);
  expect(isSaturated(steps(100, 90, 101, null, 400))).toBe(false);
});

test('the choice is never more than 5 % slower than the best, and no smaller one is as good', () => {
  const speed = fc.integer({ min: 1, max: 1e9 });
  fc.assert(
    fc.property(fc.array(speed, { minLength: 1, maxLength: 8 }), (speeds) => {
      const found = saturationOf(steps(...speeds));
      const most = Math.max(...speeds);
      expect(found?.bytesPerSecond).toBeGreaterThanOrEqual(most * 0.95);
      for (const smaller of speeds.slice(0, (found?.streams ?? 1) - 1)) {
        expect(smaller).toBeLessThan(most * 0.95);
      }
    }),
  );
});
