import { expect, test } from 'vitest';
import { StreamSpeeds } from './stream-speeds.ts';

test('each stream has the speed of its last second, in the order given', () => {
  const [a, b] = [{ wireBytes: 0 }, { wireBytes: 500 }];
  const speeds = new StreamSpeeds();
  expect(speeds.sample(0, [a, b])).toEqual([0, 0]);
  for (let ms = 100; ms <= 3_000; ms += 100) {
    a.wireBytes += ms <= 1_500 ? 100 : 0;
    b.wireBytes += 1_000;
    if (ms === 1_500) expect(speeds.sample(ms, [a, b])).toEqual([1_000, 10_000]);
    else speeds.sample(ms, [a, b]);
  }
  // It stood still for longer than the window.
  expect(speeds.sample(3_000, [a, b])[0]).toBe(0);
  const late = { wireBytes: 9 };
  expect(speeds.sample(3_100, [b, late])[1]).toBe(0);
});
