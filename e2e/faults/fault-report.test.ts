import { expect, it } from 'vitest';
import { countedRuns, verdictOf } from './fault-report.ts';
import type { FaultRow } from './fault-row.ts';

const row = { id: 'C5', floor: { full: 100, reduced: 0 } } as unknown as FaultRow;
const run = (faults: number, change: { readonly problem?: string; readonly engine?: string } = {}) => ({
  ...{ id: 'C5', name: 'kill', attempts: faults, faults, floor: faults, seconds: 1, notes: [] },
  problem: change.problem ?? null,
  engine: change.engine ?? 'now',
});

it('adds up the pieces of a row since it last failed', () => {
  const runs = [run(90), run(3, { problem: 'lost' }), run(40), run(60)];
  expect(countedRuns(runs).map(({ faults }) => faults)).toEqual([40, 60]);
  expect(verdictOf(row, runs, 'now')).toBe('held');
});

it.each([
  ['not run', []],
  ['held in a short run', [run(99)]],
  ['DID NOT HOLD', [run(100), run(1, { problem: 'lost' })]],
  ['held; 70 of them with earlier code of the engine', [run(70, { engine: 'then' }), run(30)]],
])('says "%s"', (verdict, runs) => {
  expect(verdictOf(row, runs, 'now')).toBe(verdict);
});
