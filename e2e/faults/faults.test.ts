import { expect, it } from 'vitest';
import { describeIfPossible } from '../needs.ts';
import { FAULT_ROWS } from './all-rows.ts';
import { CUT_ROWS } from './cut-rows.ts';
import { DISK_ROWS } from './disk-rows.ts';
import type { FaultRow } from './fault-row.ts';
import { KILL_ROWS } from './kill-rows.ts';
import { NETWORK_ROWS } from './network-rows.ts';
import { POWER_ROWS } from './power-rows.ts';
import { runRow } from './run-row.ts';
import { SOURCE_ROWS } from './source-rows.ts';
import { STATE_ROWS } from './state-rows.ts';

/** Each row keeps two devices busy. */
const ROWS_AT_ONCE = 2;
/** Waiting for its turn counts too. */
const LONG_MS = 600_000;

let free = ROWS_AT_ONCE;
const queue: (() => void)[] = [];

async function takeTurn(): Promise<void> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => queue.push(resolve));
}

function endTurn(): void {
  const next = queue.shift();
  if (next === undefined) free += 1;
  else next();
}

/** The reduced set of rows; `npm run test:faults` runs all of them, and more often. */
function testRows(rows: readonly FaultRow[]): void {
  for (const row of rows.filter(({ floor }) => floor.reduced > 0)) {
    it.concurrent(`${row.id}: ${row.name}`, { timeout: LONG_MS }, async () => {
      await takeTurn();
      try {
        const { problem, faults, floor } = await runRow(row, 'reduced');
        expect(problem).toBeNull();
        expect(faults).toBeGreaterThanOrEqual(floor);
      } finally {
        endTurn();
      }
    });
  }
}

testRows([...KILL_ROWS, ...SOURCE_ROWS]);
describeIfPossible('faults of the network', () => testRows([...CUT_ROWS, ...NETWORK_ROWS]));
describeIfPossible('power cuts', () => testRows(POWER_ROWS));
describeIfPossible('faults of the disk', () => testRows([...DISK_ROWS, ...STATE_ROWS]));

it('has every row of the catalogue', () => {
  const ids = new Set(FAULT_ROWS.map(({ id }) => id.split(' ')[0]));
  const wanted = [
    ...Array.from({ length: 15 }, (_, index) => `N${index + 1}`),
    ...Array.from({ length: 8 }, (_, index) => `C${index + 1}`),
    ...Array.from({ length: 12 }, (_, index) => `D${index + 1}`),
    ...Array.from({ length: 7 }, (_, index) => `F${index + 1}`),
    ...['K1', 'R1'],
  ];
  expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  expect(new Set(FAULT_ROWS.map(({ id }) => id)).size).toBe(FAULT_ROWS.length);
});
