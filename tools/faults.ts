/**
 * `npm run test:faults [-- ROW... [--reduced] [--times N]]`: the fault suite, or some rows of it. Remembers the last
 * outcome of every row and writes docs/faults.md from all of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULT_ROWS } from '../e2e/faults/all-rows.ts';
import { outcomeLine, toFaultPage } from '../e2e/faults/fault-report.ts';
import type { RowOutcome } from '../e2e/faults/fault-row.ts';
import { runRow } from '../e2e/faults/run-row.ts';
import { missingNeeds } from '../e2e/needs.ts';
import { projectFolder } from './project-files.ts';
import { ensurePackages } from './system-packages.ts';

/** Outcomes of earlier runs, so that rows can be run one by one. */
function remember(outcomes: readonly RowOutcome[]): readonly RowOutcome[] {
  const path = join(projectFolder, '.cache/faults.json');
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly RowOutcome[]) : [];
  const others = before.filter(({ id }) => !outcomes.some((outcome) => outcome.id === id));
  const all = [...others, ...outcomes];
  mkdirSync(join(projectFolder, '.cache'), { recursive: true });
  writeFileSync(path, JSON.stringify(all));
  return all;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { reduced: { type: 'boolean', default: false }, times: { type: 'string' } },
});
const mode = values.reduced ? 'reduced' : 'full';
const wanted = positionals.map((id) => id.toUpperCase());
const isWanted = (id: string): boolean => {
  const name = id.toUpperCase();
  return wanted.length === 0 || wanted.some((one) => one === name || one === name.split(' ')[0]);
};
const rows = FAULT_ROWS.filter((row) => isWanted(row.id) && (wanted.length > 0 || row.floor[mode] > 0));

const advice = await ensurePackages('test');
if (advice !== null) console.log(advice);
const outcomes: RowOutcome[] = [];
let skipped = 0;
for (const row of rows) {
  const missing = missingNeeds(row.needs);
  if (missing.length > 0) {
    skipped += 1;
    console.log(`skip ${row.id.padEnd(13)} ${row.name}: this machine has no ${missing.join(', ')}`);
    continue;
  }
  const times = Math.min(row.floor[mode] || row.floor.full, Number(values.times ?? Number.POSITIVE_INFINITY));
  const outcome = await runRow(row, mode, times);
  outcomes.push(outcome);
  console.log(outcomeLine(outcome));
  for (const note of new Set(outcome.notes)) console.log(`     ${note}`);
}
const failed = outcomes.filter(({ problem }) => problem !== null).length;
if (mode === 'full') {
  const machine = `Linux ${release()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  const leftOut = FAULT_ROWS.map((row) => ({ row, missing: missingNeeds(row.needs) })).filter(
    ({ missing }) => missing.length > 0,
  );
  const page = join(projectFolder, 'docs/faults.md');
  writeFileSync(page, toFaultPage(FAULT_ROWS, remember(outcomes), leftOut, machine));
  spawnSync(join(projectFolder, 'node_modules/.bin/biome'), ['format', '--write', page]);
}
console.log(`${outcomes.length - failed} held, ${failed} did not, ${skipped} left out`);
process.exitCode = failed === 0 && outcomes.length > 0 ? 0 : 1;
