import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from '../tools/system-packages.ts';
import { toMarkdown } from './report.ts';
import type { StartRival } from './rival.ts';
import { startFerry, startFerryCold } from './rivals/ferry.ts';
import { startRsyncDaemon } from './rivals/rsync-daemon.ts';
import { startRsyncSsh } from './rivals/rsync-ssh.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { big } from './scenarios/big.ts';
import { small } from './scenarios/small.ts';

/**
 * `npm run bench [-- SCENARIO... --runs N --rivals NAME,...]`: all scenarios, 5 runs, every rival by default.
 * Prints tables and writes them, and every run, to bench/results/.
 */

const SCENARIOS: readonly Scenario[] = [big, small];
const RIVALS: Readonly<Record<string, StartRival>> = {
  'rsync-daemon': startRsyncDaemon,
  'rsync-ssh': startRsyncSsh,
  ferry: startFerry,
  'ferry-cold': startFerryCold,
};

function pick<Value>(all: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  const chosen: Record<string, Value> = {};
  for (const name of names.length > 0 ? names : Object.keys(all)) {
    const value = all[name];
    if (value === undefined) throw new Error(`'${name}' is none of: ${Object.keys(all).join(', ')}`);
    chosen[name] = value;
  }
  return chosen;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '5' }, rivals: { type: 'string', default: '' } },
  });
  const scenarios = pick(Object.fromEntries(SCENARIOS.map((one) => [one.name, one])), positionals);
  const rivals = pick(RIVALS, values.rivals.split(',').filter(Boolean));
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1 on');
  const advice = await ensurePackages('bench');
  if (advice !== null) throw new Error(advice);

  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  for (const scenario of Object.values(scenarios)) {
    const result = await runScenario(scenario, rivals, runs);
    const markdown = toMarkdown(result, scenario.floors);
    console.log(`\n${markdown}`);
    // What was measured without some rivals is for a look only.
    if (Object.keys(rivals).length < Object.keys(RIVALS).length) continue;
    writeFileSync(join(folder, `${scenario.name}.md`), markdown);
    writeFileSync(join(folder, `${scenario.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
