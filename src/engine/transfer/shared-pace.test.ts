import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SharedPace } from './shared-pace.ts';

const SECOND = 1_000_000_000n;

test('all threads together go no faster, whoever takes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 1_000_000_000 }),
      fc.array(fc.record({ bytes: fc.nat({ max: 1_048_576 }), one: fc.boolean() }), {
        minLength: 1,
        maxLength: 60,
      }),
      (rate, pieces) => {
        let nowNs = 10n * SECOND;
        const one = new SharedPace(undefined, () => nowNs);
        const other = new SharedPace(one.memory, () => nowNs);
        one.set(rate);
        let bytes = 0;
        for (const piece of pieces) {
          const waitMs = (piece.one ? one : other).take(piece.bytes);
          bytes += piece.bytes;
          nowNs += BigInt(Math.round(waitMs * 1e6));
        }
        const seconds = Number(nowNs - 10n * SECOND) / 1e9;
        // A tenth of a second is free at the beginning; rounding costs a nanosecond a piece.
        expect(bytes).toBeLessThanOrEqual(rate * (seconds + 0.1) + pieces.length);
      },
    ),
  );
});

test('no limit costs nothing, and a limit ends at once', () => {
  let nowNs = SECOND;
  const pace = new SharedPace(undefined, () => nowNs);
  expect(pace.take(1e9)).toBe(0);
  pace.set(1_000);
  expect(pace.take(100)).toBe(0);
  expect(pace.take(1_000)).toBeCloseTo(1_000);
  pace.giveBack(1_000);
  nowNs += 1n;
  expect(pace.take(100)).toBeLessThan(101);
  pace.set(null);
  expect(pace.take(1e9)).toBe(0);
});
