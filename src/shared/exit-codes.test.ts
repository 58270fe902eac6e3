import { expect, test } from 'vitest';
import { EXIT, exitForFailure, exitForResult, gravestExit } from './exit-codes.ts';
import { FAILURE_CODES } from './failure.ts';

test('every failure has an exit code of the table, and none of them is success', () => {
  const table = new Set<number>(Object.values(EXIT));
  for (const code of FAILURE_CODES) {
    expect(table.has(exitForFailure(code)), code).toBe(true);
    expect(exitForFailure(code), code).not.toBe(0);
  }
});

test.each([
  ['no-such-path', 2],
  ['wrong-code', 3],
  ['declined', 3],
  ['unknown-peer', 4],
  ['no-space', 5],
  ['exists', 5],
  ['integrity', 6],
  ['port-taken', 7],
  ['home-in-use', 7],
  ['unknown-job', 8],
] as const)('%s exits %d', (code, exit) => {
  expect(exitForFailure(code)).toBe(exit);
});

test('results', () => {
  expect(exitForResult({ state: 'done', failure: null })).toBe(0);
  expect(exitForResult({ state: 'partial', failure: null })).toBe(1);
  expect(exitForResult({ state: 'cancelled', failure: null })).toBe(8);
  expect(exitForResult({ state: 'failed', failure: { code: 'no-space' } })).toBe(5);
  expect(exitForResult({ state: 'failed', failure: null })).toBe(7);
});

test('several jobs end with the gravest', () => {
  expect(gravestExit([])).toBe(0);
  expect(gravestExit([0, 0])).toBe(0);
  expect(gravestExit([0, 1])).toBe(1);
  expect(gravestExit([1, 4, 6, 0])).toBe(6);
});

test('every exit code but success has a rank', () => {
  for (const code of Object.values(EXIT)) expect(gravestExit([code])).toBe(code);
});
