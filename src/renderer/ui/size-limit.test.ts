import { expect, test } from 'vitest';
import { bytesOfGigabytes } from './size-limit.tsx';

test.each([
  ['12.5', 12_500_000_000],
  [' 0,5 ', 500_000_000],
  ['', null],
  ['0', null],
  ['-3', null],
  ['lots', null],
  ['1e99', null],
])('%j as gigabytes', (text, bytes) => {
  expect(bytesOfGigabytes(text)).toBe(bytes);
});
