import { join } from 'node:path';
import { openLink } from './bench-link.ts';
import { describeMachine } from './machine.ts';
import { measureRun, type Run } from './measure.ts';
import { createMemoryFolder } from './memory-folder.ts';
import type { BenchResult } from './report.ts';
import type { Rival, SelfMeasured, StartRival } from './rival.ts';
import type { BenchData, Scenario } from './scenario.ts';

interface Entrant {
  readonly rival: Rival;
  readonly runs: Run[];
  said: SelfMeasured | null;
}

/** A B C A B C: what slows the machine for a while slows everybody. The first round is a warm-up. */
async function takeTurns(entrants: readonly Entrant[], data: BenchData, runs: number): Promise<void> {
  for (let round = 0; round <= runs; round++) {
    for (const { rival, runs: done } of entrants) {
      const run = await measureRun(rival, data);
      if (round > 0) done.push(run);
      const label = round === 0 ? 'warm-up' : `run ${round}/${runs}`;
      const speed = `${(run.bytes / run.seconds / 1e6).toFixed(0)} MB/s`;
      console.log(`  ${label.padEnd(9)} ${rival.name.padEnd(24)} ${run.seconds.toFixed(3)} s  ${speed}`);
    }
  }
}

/**
 * Writes the scenario's data to memory and lets every rival copy it in turn, `runs` counted times each.
 * Throws when a rival fails or copies wrongly; everything started is ended and removed either way.
 */
export async function runScenario(
  scenario: Scenario,
  rivals: Readonly<Record<string, StartRival>>,
  runs: number,
  scale = 1,
): Promise<BenchResult> {
  const folder = createMemoryFolder(scenario.memoryGib);
  const link = await openLink(scenario.link);
  const entrants: Entrant[] = [];
  let data: BenchData;
  try {
    console.log(`${scenario.name}: writing ${scenario.describes} ...`);
    data = scenario.create(folder.path, scale);
    for (const [name, start] of Object.entries(rivals)) {
      entrants.push({ rival: await start(join(folder.path, name), link), runs: [], said: null });
    }
    await takeTurns(entrants, data, runs);
  } finally {
    for (const entrant of entrants) entrant.said = await entrant.rival.stop();
    await link.close();
    folder.remove();
  }
  return {
    scenario: scenario.name,
    describes: scenario.describes,
    bytes: data.bytes,
    files: data.files,
    machine: describeMachine(folder.fileSystem),
    results: entrants.map(({ rival, runs: done, said }) => ({ rival: rival.name, runs: done, said })),
  };
}
