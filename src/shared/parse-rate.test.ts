import { expect, test } from 'vitest';
import { parseRate } from './parse-rate.ts';

test.each([
  ['150MB/s', 150_000_000],
  ['2Gbit/s', 250_000_000],
  ['1.5 kB/s', 1_500],
  ['8bit/s', 1],
  ['1TB/s', 1e12],
])('%s', (text, bytesPerSecond) => {
  expect(parseRate(text)).toBe(bytesPerSecond);
});

test.each([
  '',
  '0MB/s',
  '1bit/s',
  '150',
  '150MB',
  '150Mb/s',
  '1MiB/s',
  '-1MB/s',
  '1e3B/s',
  '1mB/s',
  '999999999999999TB/s',
])('refuses %j', (text) => {
  expect(parseRate(text)).toBeNull();
});
