import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatRate, formatTimeLeft } from './format.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [999_949, '1.0 MB'],
  [1_440_000, '1.4 MB'],
  [340_000_000_000, '340 GB'],
])('%d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('rates', () => {
  expect(formatRate(820_400_000)).toBe('820 MB/s');
  expect(formatRate(1_230_000_000)).toBe('1.2 GB/s');
  expect(formatRate(12)).toBe('12 bytes/s');
});

test('counts and another language', () => {
  expect(formatCount(50_000)).toBe('50,000');
  expect(formatBytes(1_440_000, 'de')).toBe('1,4 MB');
});

test.each([
  [0.42, '0.4 sec'],
  [12.4, '12 sec'],
  [200, '3 min 20 sec'],
  [60, '1 min'],
  [7500, '2 hr 5 min'],
])('%d seconds passed', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [0.2, '< 1 sec'],
  [4.4, '4 sec'],
  [11, '15 sec'],
  [58, '1 min'],
  [190, '3 min'],
  [5000, '1 hr 20 min'],
])('%d seconds left', (seconds, text) => {
  expect(formatTimeLeft(seconds)).toBe(text);
});
