/**
 * `npm run test:faults [-- ROW... [--reduced] [--times N] [--seconds N] [--state FOLDER] [--page]]`: the fault suite,
 * or some rows of it. Remembers every run in FOLDER (`.cache/faults`) and writes docs/faults.md from all of them, so
 * that a long row can be run in pieces: of N faults, or of those that happen within so many seconds. `--page` runs
 * nothing and only writes it.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULT_ROWS } from '../e2e/faults/all-rows.ts';
import { outcomeLine, toFaultPage } from '../e2e/faults/fault-report.ts';
import type { RowOutcome } from '../e2e/faults/fault-row.ts';
import { FAULT_SEED, runRow } from '../e2e/faults/run-row.ts';
import { missingNeeds } from '../e2e/needs.ts';
import { engineVersion, FaultRecord } from './fault-record.ts';
import { projectFolder } from './project-files.ts';
import { ensurePackages } from './system-packages.ts';

function writePage(record: FaultRecord, engine: string): void {
  const machine = `Linux ${release()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  const leftOut = FAULT_ROWS.map((row) => ({ row, missing: missingNeeds(row.needs) })).filter(
    ({ missing }) => missing.length > 0,
  );
  const page = join(projectFolder, 'docs/faults.md');
  writeFileSync(page, toFaultPage(FAULT_ROWS, record.runs, leftOut, { machine, engine }));
  spawnSync(join(projectFolder, 'node_modules/.bin/biome'), ['format', '--write', page]);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reduced: { type: 'boolean', default: false },
    times: { type: 'string' },
    seconds: { type: 'string' },
    state: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});
const record = FaultRecord.open(resolve(values.state ?? join(projectFolder, '.cache/faults')));
const engine = engineVersion();
const mode = values.reduced ? 'reduced' : 'full';
const wanted = positionals.map((id) => id.toUpperCase());
const names = new Set(FAULT_ROWS.map(({ id }) => id.toUpperCase()));
/** `C5` is every row of C5, `N1` is the row of that name. */
const isWanted = (id: string): boolean => {
  const name = id.toUpperCase();
  const isMeant = (one: string) => one === name || (!names.has(one) && one === name.split(' ')[0]);
  return wanted.length === 0 || wanted.some(isMeant);
};
const rows = values.page
  ? []
  : FAULT_ROWS.filter((row) => isWanted(row.id) && (wanted.length > 0 || row.floor[mode] > 0));

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
  // A piece of a row is no repetition of the one before.
  const seed = `${FAULT_SEED}.${record.countOf(row.id)}`;
  const untilMs = Date.now() + Number(values.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const outcome = await runRow(row, mode, times, { seed, untilMs });
  outcomes.push(outcome);
  if (mode === 'full') record.add({ ...outcome, engine, seed });
  console.log(outcomeLine(outcome));
  for (const note of new Set(outcome.notes)) console.log(`     ${note}`);
}
const failed = outcomes.filter(({ problem }) => problem !== null).length;
if (mode === 'full') writePage(record, engine);
console.log(`${outcomes.length - failed} held, ${failed} did not, ${skipped} left out`);
process.exitCode = failed === 0 && (values.page || outcomes.length > 0) ? 0 : 1;
