import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WantWindow } from './want-window.ts';

const MIB = 1024 * 1024;

/** A link with a queue: what is asked for comes in order, at `bytesPerSecond`, after a round trip. */
function simulate(bytesPerSecond: number, roundTripMs: number, blocks: number) {
  const window = new WantWindow();
  const asked: number[] = [];
  let nowMs = 0;
  let freeMs = 0;
  let idleMs = 0;
  for (let block = 0; block < blocks; block++) {
    while (asked.length * MIB < window.bytes) asked.push(nowMs);
    const askedMs = asked.shift() ?? nowMs;
    const startMs = Math.max(freeMs, askedMs + roundTripMs);
    if (block > 20) idleMs += startMs - freeMs;
    freeMs = startMs + (MIB / bytesPerSecond) * 1000;
    nowMs = freeMs;
    window.answered(nowMs - askedMs);
  }
  return { window, idleMs, queueMs: (window.bytes / bytesPerSecond) * 1000 };
}

test('a fast link gets all of it, and a slow one what comes in about a quarter of a second', () => {
  expect(simulate(1e9, 0.2, 50).window.bytes).toBe(8 * MIB);
  expect(simulate(118e6, 1, 50).window.bytes).toBe(8 * MIB);
  expect(simulate(12.5e6, 1, 100).queueMs).toBeLessThan(350);
  expect(simulate(1e6, 1, 50).window.bytes).toBe(2 * MIB);
});

test('the link never waits for the next want where a block takes longer than the way', () => {
  const link = fc.record({
    bytesPerSecond: fc.integer({ min: 1e5, max: 2e8 }),
    roundTripMs: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(link, ({ bytesPerSecond, roundTripMs }) => {
      const { window, idleMs } = simulate(bytesPerSecond, roundTripMs, 200);
      expect(window.bytes).toBeGreaterThanOrEqual(2 * MIB);
      expect(window.bytes).toBeLessThanOrEqual(8 * MIB);
      expect(idleMs).toBeLessThan(1);
    }),
  );
});
