import { expect, test } from 'vitest';
import { fakeJob, fakeProgress } from '../../bridge/testing/fake-values.ts';
import { gentleSpeed } from './gentle.ts';

function moving(averageBytesPerSecond: number, bytesPerSecond = 0) {
  return fakeJob({ state: 'running', progress: fakeProgress({ averageBytesPerSecond, bytesPerSecond }) });
}

test('half of what moves, never so little that it looks as if it stood', () => {
  const still = fakeJob({ state: 'waiting', progress: fakeProgress({ averageBytesPerSecond: 9e9 }) });
  expect(gentleSpeed([moving(60_000_000), moving(0, 20_000_000), still])).toBe(40_000_000);
  expect(gentleSpeed([moving(1_000)])).toBe(1_000_000);
  expect(gentleSpeed([still])).toBe(10_000_000);
});
