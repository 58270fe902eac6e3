import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

const MIB = 1 << 20;

test('over a long time the rate is what was asked for', () => {
  const scenario = fc.record({
    bytesPerSecond: fc.integer({ min: 10_000, max: 1_000_000_000 }),
    pieces: fc.array(fc.integer({ min: 1, max: MIB }), { minLength: 1, maxLength: 8 }),
    streams: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(scenario, ({ bytesPerSecond, pieces, streams }) => {
      let nowMs = 0;
      const limit = new RateLimit(bytesPerSecond, () => nowMs);
      // Each stream takes its next piece when it may move the one before; a hundred seconds in all.
      const ready = Array.from({ length: streams }, () => 0);
      let moved = 0;
      for (let step = 0; nowMs < 100_000 && step < 20_000; step++) {
        const stream = ready.indexOf(Math.min(...ready));
        nowMs = Math.max(nowMs, ready[stream] ?? 0);
        const bytes = pieces[step % pieces.length] ?? 1;
        ready[stream] = nowMs + limit.take(bytes);
        moved += bytes;
      }
      const seconds = Math.max(...ready, nowMs) / 1000;
      // What was idle for a tenth of a second may be made up for.
      const expected = bytesPerSecond * (seconds + 0.1);
      expect(moved).toBeLessThanOrEqual(expected * 1.001 + 1);
      if (seconds > 20) expect(moved).toBeGreaterThanOrEqual(bytesPerSecond * seconds * 0.95);
    }),
    { numRuns: 50 },
  );
});

test('idle time is not saved up', () => {
  let nowMs = 0;
  const limit = new RateLimit(1_000, () => nowMs);
  nowMs = 3_600_000;
  expect(limit.take(100)).toBe(0);
  expect(limit.take(1_000)).toBe(1_000);
});

test('nothing passes ahead of its time, however large the piece', () => {
  const limit = new RateLimit(MIB, () => 0);
  expect(limit.take(MIB)).toBe(1_000);
});

test('what did not move after all may move later', () => {
  const limit = new RateLimit(1_000, () => 0);
  expect(limit.take(1_000)).toBe(1_000);
  limit.giveBack(900);
  expect(limit.take(100)).toBe(200);
});
