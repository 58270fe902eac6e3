import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromClock, isWithinHours, MINUTES_OF_DAY, toClock } from './rule-hours.ts';

const at = (hours: number, minutes: number) => new Date(2026, 5, 1, hours, minutes);

test('by day, over midnight, and all day', () => {
  const day = { fromMinute: 8 * 60, toMinute: 18 * 60 + 30 };
  expect([at(7, 59), at(8, 0), at(18, 29), at(18, 30)].map((now) => isWithinHours(day, now))).toEqual([
    ...[false, true, true, false],
  ]);
  const night = { fromMinute: 22 * 60, toMinute: 6 * 60 };
  expect([at(21, 59), at(22, 0), at(5, 59), at(6, 0)].map((now) => isWithinHours(night, now))).toEqual([
    ...[false, true, true, false],
  ]);
  expect(isWithinHours(null, at(3, 0))).toBe(true);
  expect(isWithinHours({ fromMinute: 60, toMinute: 60 }, at(3, 0))).toBe(true);
});

test('a clock field says what it was told', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MINUTES_OF_DAY - 1 }), (minute) => {
      expect(fromClock(toClock(minute))).toBe(minute);
    }),
  );
  expect(['8', ' 8:30', '8.30', '0830', '830', '24:00'].map(fromClock)).toEqual([480, 510, 510, 510, 510, 0]);
  for (const odd of ['24:01', '25', '09:60', '', '09:00:00', '8 pm', '-1']) expect(fromClock(odd)).toBeNull();
});
