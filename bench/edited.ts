import { copyFileSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareTrees } from '../tools/compare-trees.ts';
import { ensurePackages } from '../tools/system-packages.ts';
import { EDITED_CASES } from './edited/cases.ts';
import type { EditedCase } from './edited/edited-case.ts';
import type { EditedRival, StartEditedRival } from './edited/edited-rival.ts';
import { startFerryEdited } from './edited/ferry-edited.ts';
import { startRsyncEdited } from './edited/rsync-edited.ts';
import { SlowLink } from './edited/slow-link.ts';
import { median } from './measure.ts';
import { createMemoryFolder } from './memory-folder.ts';

/**
 * `npm run bench:edited [-- CASE... --runs N --scale S]`: brings new versions of files to where old ones are, by
 * turns with rsync's delta and with Ferry, with and without its own. Prints seconds and bytes on the wire; exit 1
 * when a bound is missed. `--scale 0.25` makes every file a quarter as long, for a quick look.
 */

const RIVALS: Readonly<Record<string, StartEditedRival>> = {
  rsync: startRsyncEdited,
  ferry: startFerryEdited('ferry', []),
  'ferry-whole': startFerryEdited('ferry, whole', ['--no-delta']),
};

interface Entrant {
  readonly rival: EditedRival;
  readonly seconds: number[];
  wireBytes: number;
}

async function measure({ rival, seconds }: Entrant, oldPath: string, newPath: string): Promise<number> {
  rmSync(rival.target, { force: true });
  mkdirSync(dirname(rival.target), { recursive: true });
  copyFileSync(oldPath, rival.target);
  utimesSync(rival.target, 1_000_000, 1_000_000);
  const startMs = performance.now();
  const { wireBytes } = await rival.update(newPath);
  seconds.push((performance.now() - startMs) / 1000);
  const { differences } = await compareTrees(newPath, rival.target);
  if (differences.length > 0) throw new Error(`${rival.name} copied wrongly: ${differences.join('; ')}`);
  rmSync(rival.target);
  return wireBytes;
}

/** Runs one case; returns whether Ferry keeps within its bounds. */
async function runCase(edited: EditedCase, runs: number, scale: number): Promise<boolean> {
  const folder = createMemoryFolder(6);
  const entrants: Entrant[] = [];
  const link = edited.link && new SlowLink(edited.link.bitsPerSecond, edited.link.roundTripMs);
  try {
    const paths = { old: join(folder.path, 'old'), new: join(folder.path, 'new', 'file') };
    mkdirSync(dirname(paths.new));
    console.log(`${edited.name}: ${edited.describes}${scale === 1 ? '' : `, scaled by ${scale}`}`);
    edited.create(paths.old, paths.new, scale);
    for (const [name, start] of Object.entries(RIVALS)) {
      // All of a GiB over such a link tells nothing that is not known.
      if (link !== undefined && name === 'ferry-whole') continue;
      const rival = await start(join(folder.path, name), 'file', link);
      entrants.push({ rival, seconds: [], wireBytes: 0 });
    }
    for (let round = 0; round < runs; round++) {
      for (const entrant of entrants) entrant.wireBytes = await measure(entrant, paths.old, paths.new);
    }
    return report(edited, entrants, statSync(paths.new).size);
  } finally {
    for (const { rival } of entrants) await rival.stop();
    link?.close();
    folder.remove();
  }
}

function report(edited: EditedCase, entrants: readonly Entrant[], newBytes: number): boolean {
  for (const { rival, seconds, wireBytes } of entrants) {
    const times = seconds.map((value) => value.toFixed(3)).join(' ');
    console.log(`  ${rival.name.padEnd(13)} ${wireBytes.toString().padStart(11)} B on the wire, s: ${times}`);
  }
  const [rsync, ferry, whole] = entrants;
  const rival = edited.timeRatio === null ? whole : rsync;
  if (rsync === undefined || ferry === undefined || rival === undefined)
    throw new Error('a rival is missing');
  const wireBound = edited.wireBound({ newBytes, rsyncWireBytes: rsync.wireBytes });
  const timeBound = edited.timeRatio ?? WHOLE_TIME_RATIO;
  const timeRatio = median(ferry.seconds) / median(rival.seconds);
  const isWireKept = ferry.wireBytes <= wireBound;
  const isTimeKept = timeRatio <= timeBound;
  const verdict = (isKept: boolean) => (isKept ? 'kept' : 'MISSED');
  console.log(
    `  wire: ${(ferry.wireBytes / wireBound).toFixed(3)} of what is allowed: ${verdict(isWireKept)}`,
  );
  console.log(
    `  time: ${timeRatio.toFixed(2)} x ${rival.rival.name}, allowed ${timeBound}: ${verdict(isTimeKept)}`,
  );
  return isWireKept && isTimeKept;
}

/** Of the time of a copy of the whole file. */
const WHOLE_TIME_RATIO = 1.15;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '3' }, scale: { type: 'string', default: '1' } },
  });
  const advice = await ensurePackages('bench');
  if (advice !== null) throw new Error(advice);
  const chosen = EDITED_CASES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (chosen.length < Math.max(1, positionals.length)) throw new Error('no such case');
  for (const edited of chosen) {
    if (!(await runCase(edited, Number(values.runs), Number(values.scale)))) process.exitCode = 1;
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
