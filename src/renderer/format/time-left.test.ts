import { expect, test } from 'vitest';
import { leftStep, TimeLeftHolder } from './time-left.ts';

test.each([
  [0, { unit: 'few' }],
  [5, { unit: 'few' }],
  [5.1, { unit: 'seconds', count: 10 }],
  [12, { unit: 'seconds', count: 15 }],
  [55, { unit: 'seconds', count: 55 }],
  [56, { unit: 'minutes', count: 1 }],
  [225, { unit: 'minutes', count: 4 }],
  [600, { unit: 'minutes', count: 10 }],
  [601, { unit: 'minutes', count: 15 }],
  [3_300, { unit: 'minutes', count: 55 }],
  [3_301, { unit: 'hours', count: 1 }],
  [3_601, { unit: 'hours', count: 1.5 }],
] as const)('%d s falls into its step', (seconds, step) => {
  expect(leftStep(seconds)).toEqual(step);
});

test('nothing is said before the third second', () => {
  const holder = new TimeLeftHolder();
  expect(holder.update(20, 2_999, 0)).toBeNull();
  expect(holder.update(20, 3_000, 0)).toEqual({ unit: 'seconds', count: 20 });
});

test('a new value must hold for two seconds', () => {
  const holder = new TimeLeftHolder();
  holder.update(20, 10_000, 0);
  expect(holder.update(30, 11_000, 0)).toEqual({ unit: 'seconds', count: 20 });
  expect(holder.update(20, 12_000, 0)).toEqual({ unit: 'seconds', count: 20 });
  expect(holder.update(30, 13_000, 0)).toEqual({ unit: 'seconds', count: 20 });
  expect(holder.update(30, 14_999, 0)).toEqual({ unit: 'seconds', count: 20 });
  expect(holder.update(30, 15_000, 0)).toEqual({ unit: 'seconds', count: 30 });
});

test('a wrong value goes even if no other one holds', () => {
  const holder = new TimeLeftHolder();
  holder.update(20, 10_000, 0);
  for (let step = 0; step < 6; step += 1) holder.update(step % 2 === 0 ? 50 : 120, 11_000 + step * 1_000, 0);
  expect(holder.update(50, 17_000, 0)).toEqual({ unit: 'seconds', count: 50 });
});

test('none while it waits, and at once again when it goes on', () => {
  const holder = new TimeLeftHolder();
  holder.update(20, 10_000, 0);
  expect(holder.update(null, 11_000, 0)).toBeNull();
  expect(holder.update(20, 12_000, 11_500)).toBeNull();
  expect(holder.update(20, 14_500, 11_500)).toEqual({ unit: 'seconds', count: 20 });
});
