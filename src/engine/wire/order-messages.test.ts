import { expect, it } from 'vitest';
import { MAX_RANGE_BYTES } from './limits.ts';
import { itemRange } from './order-messages.ts';

it.each([
  [0, 1],
  [MAX_RANGE_BYTES, MAX_RANGE_BYTES],
])('a piece may begin at %i and have %i bytes', (offset, length) => {
  expect(itemRange.safeParse({ offset, length }).success).toBe(true);
  expect(Number.isSafeInteger(offset + length - 1)).toBe(true);
});

it.each([
  [-1, 1],
  [0, 0],
  [0.5, 1],
  [0, Number.NaN],
  [MAX_RANGE_BYTES + 1, 1],
  [0, MAX_RANGE_BYTES + 1],
])('but not at %d with %d', (offset, length) => {
  expect(itemRange.safeParse({ offset, length }).success).toBe(false);
});
