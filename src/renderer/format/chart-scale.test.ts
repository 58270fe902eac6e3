import { expect, test } from 'vitest';
import { niceStep, ScaleHolder } from './chart-scale.ts';

test.each([
  [0, 1],
  [1, 1],
  [1.1, 2],
  [3, 5],
  [5.1, 10],
  [142, 200],
  [201, 500],
])('the step for %d is of 1, 2, 5', (value, step) => {
  expect(niceStep(value)).toBe(step);
});

test('it grows at once and shrinks after ten seconds', () => {
  const holder = new ScaleHolder();
  expect(holder.update(567, 0)).toEqual(holder.update(567, 0));
  expect(holder.update(567e6, 0)).toEqual({ step: 200e6, top: 600e6 });
  expect(holder.update(601e6, 1)).toEqual({ step: 200e6, top: 800e6 });
  expect(holder.update(90e6, 1_000).top).toBe(800e6);
  expect(holder.update(90e6, 10_999).top).toBe(800e6);
  expect(holder.update(90e6, 11_000).top).toBe(100e6);
});

test('what grows again in between starts the wait anew', () => {
  const holder = new ScaleHolder();
  holder.update(567e6, 0);
  holder.update(90e6, 1_000);
  holder.update(567e6, 9_000);
  expect(holder.update(90e6, 11_500).top).toBe(600e6);
});

test('the top always holds the highest value', () => {
  for (let value = 4_000; value < 5e9; value *= 1.37) {
    const { top, step } = new ScaleHolder().update(value, 0);
    expect(top).toBeGreaterThanOrEqual(value);
    expect(top / step).toBeLessThanOrEqual(4);
  }
});
