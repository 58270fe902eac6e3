import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareTrees } from '../tools/compare-trees.ts';
import { ensurePackages } from '../tools/system-packages.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import type { EditedRival } from './edited/edited-rival.ts';
import { startFerryEdited } from './edited/ferry-edited.ts';
import { startRsync } from './edited/rsync-edited.ts';
import { median } from './measure.ts';
import { createMemoryFolder } from './memory-folder.ts';

/**
 * `npm run bench:again [-- unchanged moved --runs N --files N]`: copies a tree that was copied before. `unchanged`:
 * nothing has happened to it. `moved`: it has another name at the source. By turns with rsync over its plain daemon;
 * prints seconds and bytes on the wire; exit 1 when a bound is missed.
 */

const FILES = 50_000;
/** Beside the small files of `moved`, whose names and hashes weigh more than they save. */
const FILM_BYTES = 256 * 1024 ** 2;

interface AgainCase {
  readonly describes: string;
  /** Writes the tree; returns its content in bytes. */
  create(source: string, files: number): number;
  /** Before each run. Returns what is copied then. */
  change(source: string, run: number): string;
  /** Of the content, that may cross the wire. */
  readonly wireShare: number;
  /** Of the time of rsync; null where rsync sends everything. */
  readonly timeRatio: number | null;
}

const CASES: Readonly<Record<string, AgainCase>> = {
  unchanged: {
    describes: 'small files, nothing changed',
    create: (source, files) => createSmallFiles(source, { files }).bytes,
    change: (source) => source,
    wireShare: 0.02,
    timeRatio: 1,
  },
  moved: {
    describes: 'files of 100 kB in the middle and one of 256 MiB, under another name',
    create(source, files) {
      const { bytes } = createSmallFiles(source, { files: Math.ceil(files / 50), medianBytes: 100_000 });
      createBigFile(join(source, 'film.bin'), FILM_BYTES);
      return bytes + FILM_BYTES;
    },
    change(source, run) {
      const renamed = `${source.replace(/-\d+$/, '')}-${run}`;
      renameSync(source, renamed);
      return renamed;
    },
    wireShare: 0.005,
    timeRatio: null,
  },
};

interface Entrant {
  readonly rival: EditedRival;
  readonly seconds: number[];
  wireBytes: number;
}

async function runCase(name: string, again: AgainCase, runs: number, files: number): Promise<boolean> {
  const folder = createMemoryFolder(6);
  const entrants: Entrant[] = [];
  try {
    let source = join(folder.path, 'tree-0');
    const bytes = again.create(source, files);
    console.log(`${name}: ${bytes} bytes, ${again.describes}`);
    for (const start of [startRsync([]), startFerryEdited('ferry', [])]) {
      const rival = await start(join(folder.path, `rival-${entrants.length}`), basename(source));
      await rival.update(source);
      entrants.push({ rival, seconds: [], wireBytes: 0 });
    }
    for (let run = 1; run <= runs; run++) {
      source = again.change(source, run);
      for (const entrant of entrants) {
        const startMs = performance.now();
        entrant.wireBytes = (await entrant.rival.update(source)).wireBytes;
        entrant.seconds.push((performance.now() - startMs) / 1000);
        const copy = join(entrant.rival.target, '..', basename(source));
        const { differences } = await compareTrees(source, copy);
        if (differences.length > 0) throw new Error(`${entrant.rival.name}: ${differences[0]}`);
      }
    }
    return report(again, entrants, bytes);
  } finally {
    for (const { rival } of entrants) await rival.stop();
    folder.remove();
  }
}

function report(again: AgainCase, entrants: readonly Entrant[], bytes: number): boolean {
  for (const { rival, seconds, wireBytes } of entrants) {
    const times = seconds.map((value) => value.toFixed(3)).join(' ');
    console.log(`  ${rival.name.padEnd(6)} ${wireBytes.toString().padStart(11)} B on the wire, s: ${times}`);
  }
  const [rsync, ferry] = entrants;
  if (rsync === undefined || ferry === undefined) throw new Error('a rival is missing');
  const share = ferry.wireBytes / bytes;
  const ratio = median(ferry.seconds) / median(rsync.seconds);
  const isWireKept = share <= again.wireShare;
  const isTimeKept = again.timeRatio === null || ratio <= again.timeRatio;
  const verdict = (isKept: boolean) => (isKept ? 'kept' : 'MISSED');
  const allowed = `${(again.wireShare * 100).toFixed(1)} %`;
  console.log(
    `  wire: ${(share * 100).toFixed(2)} % of the content, allowed ${allowed}: ${verdict(isWireKept)}`,
  );
  console.log(
    `  time: ${ratio.toFixed(2)} x rsync, allowed ${again.timeRatio ?? 'any'}: ${verdict(isTimeKept)}`,
  );
  return isWireKept && isTimeKept;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '5' }, files: { type: 'string', default: `${FILES}` } },
  });
  const advice = await ensurePackages('bench');
  if (advice !== null) throw new Error(advice);
  for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
    const again = CASES[name];
    if (again === undefined) throw new Error(`'${name}' is none of: ${Object.keys(CASES).join(', ')}`);
    if (!(await runCase(name, again, Number(values.runs), Number(values.files)))) process.exitCode = 1;
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
