import { AGAIN_ROWS } from './again-rows.ts';
import { CUT_ROWS } from './cut-rows.ts';
import { DISK_ROWS } from './disk-rows.ts';
import { ERROR_ROWS } from './error-rows.ts';
import type { FaultRow } from './fault-row.ts';
import { KILL_ROWS } from './kill-rows.ts';
import { NETWORK_ROWS } from './network-rows.ts';
import { OTHER_ROWS } from './other-rows.ts';
import { POWER_ROWS } from './power-rows.ts';
import { SOURCE_ROWS } from './source-rows.ts';
import { STATE_ROWS } from './state-rows.ts';

const ROOMS = ['N', 'C', 'D', 'F', 'K', 'R'];

function orderOf({ id }: FaultRow): number {
  return ROOMS.indexOf(id.slice(0, 1)) * 100 + Number(/\d+/.exec(id)?.[0] ?? 0);
}

/** Every row, in the order of the catalogue. */
export const FAULT_ROWS: readonly FaultRow[] = [
  ...CUT_ROWS,
  ...NETWORK_ROWS,
  ...KILL_ROWS,
  ...AGAIN_ROWS,
  ...POWER_ROWS,
  ...DISK_ROWS,
  ...ERROR_ROWS,
  ...STATE_ROWS,
  ...SOURCE_ROWS,
  ...OTHER_ROWS,
].toSorted((a, b) => orderOf(a) - orderOf(b));
