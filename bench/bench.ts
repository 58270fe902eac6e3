import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from '../tools/system-packages.ts';
import { toMarkdown } from './report.ts';
import { RIVALS } from './rivals/all-rivals.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios/all-scenarios.ts';

/**
 * `npm run bench [-- SCENARIO... --runs N --rivals NAME,... --scale X]`: all scenarios, 5 counted runs, every rival
 * by default. Prints tables and writes them, and every run, to bench/results/.
 */

function pick<Value>(all: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  const chosen: Record<string, Value> = {};
  for (const name of names) {
    const value = all[name];
    if (value === undefined) throw new Error(`'${name}' is none of: ${Object.keys(all).join(', ')}`);
    chosen[name] = value;
  }
  return chosen;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      rivals: { type: 'string', default: '' },
      scale: { type: 'string', default: '1' },
    },
  });
  const byName = Object.fromEntries(SCENARIOS.map((one) => [one.name, one]));
  const scenarios = pick(byName, positionals.length > 0 ? positionals : Object.keys(byName));
  const [runs, scale] = [Number(values.runs), Number(values.scale)];
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1 on');
  if (!(scale > 0 && scale <= 1)) throw new Error('--scale is above 0 and at most 1');
  const chosen = values.rivals.split(',').filter(Boolean);
  pick(RIVALS, chosen);
  const advice = await ensurePackages('bench');
  if (advice !== null) throw new Error(advice);

  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  for (const scenario of Object.values(scenarios)) {
    const rivals = scenario.rivals.filter((name) => chosen.length === 0 || chosen.includes(name));
    const result = await runScenario(scenario, pick(RIVALS, rivals), runs, scale);
    const markdown = toMarkdown(result, scenario);
    console.log(`\n${markdown}`);
    // What was measured without some rivals, or with less, is for a look only.
    if (rivals.length < scenario.rivals.length || scale < 1) continue;
    writeFileSync(join(folder, `${scenario.name}.md`), markdown);
    writeFileSync(join(folder, `${scenario.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
