import { expect, test } from 'vitest';
import { SpeedMeter } from './speed-meter.ts';

const TICK_MS = 250;

/** Feeds a steady rate for `seconds`, starting from given totals. */
function run(
  meter: SpeedMeter,
  from: { ms: number; bytes: number; files: number },
  seconds: number,
  rate: { bytes: number; files: number },
) {
  let { ms, bytes, files } = from;
  for (let tick = 0; tick < (seconds * 1000) / TICK_MS; tick++) {
    ms += TICK_MS;
    bytes += (rate.bytes * TICK_MS) / 1000;
    files += (rate.files * TICK_MS) / 1000;
    meter.add(ms, bytes, files);
  }
  return { ms, bytes, files };
}

const start = { ms: 5_000, bytes: 0, files: 0 };

test('a steady rate is shown as it is', () => {
  const meter = new SpeedMeter(start.ms);
  expect(meter.bytesPerSecond()).toBe(0);
  run(meter, start, 10, { bytes: 1_000_000, files: 1 });
  expect(meter.bytesPerSecond()).toBeCloseTo(1_000_000);
});

test('a change is seen whole within about three seconds', () => {
  const meter = new SpeedMeter(start.ms);
  const then = run(meter, start, 60, { bytes: 1_000_000, files: 0 });
  const soon = run(meter, then, 1, { bytes: 0, files: 0 });
  expect(meter.bytesPerSecond()).toBeCloseTo(666_667, -4);
  run(meter, soon, 2.25, { bytes: 0, files: 0 });
  expect(meter.bytesPerSecond()).toBe(0);
});

test('time left is not guessed in the first seconds, nor while nothing moves', () => {
  const meter = new SpeedMeter(start.ms);
  const then = run(meter, start, 2.75, { bytes: 1_000_000, files: 1 });
  expect(meter.secondsLeft(1e9, 100)).toBeNull();
  run(meter, then, 0.25, { bytes: 1_000_000, files: 1 });
  expect(meter.secondsLeft(1e9, 100)).not.toBeNull();
  const still = new SpeedMeter(start.ms);
  run(still, start, 60, { bytes: 0, files: 0 });
  expect(still.secondsLeft(1e9, 100)).toBeNull();
});

test('time left of one large file is by bytes, of small files by bytes and files', () => {
  const large = new SpeedMeter(start.ms);
  run(large, start, 10, { bytes: 1_000_000, files: 0 });
  expect(large.secondsLeft(30_000_000, 1)).toBeCloseTo(30);
  const small = new SpeedMeter(start.ms);
  run(small, start, 10, { bytes: 1_000_000, files: 100 });
  expect(small.secondsLeft(10_000_000, 1_000)).toBeCloseTo(10);
  // As many bytes again, but in three times as many files: it takes longer.
  expect(small.secondsLeft(10_000_000, 3_000)).toBeCloseTo(20);
  expect(small.secondsLeft(0, 0)).toBe(0);
});
