import type { FaultRow, RowOutcome } from './fault-row.ts';

/** A row that was left out, and what this machine lacks for it. */
interface SkippedRow {
  readonly row: FaultRow;
  readonly missing: readonly string[];
}

/** A run of a row, with the engine's code that it was a run of. */
type Run = RowOutcome & { readonly engine: string };

/** One line for a terminal. */
export function outcomeLine({ id, name, attempts, faults, floor, seconds, problem }: RowOutcome): string {
  const verdict = problem === null ? 'ok  ' : 'FAIL';
  const counts = `${faults} faults in ${attempts} attempts, at least ${floor}`;
  const line = `${verdict} ${id.padEnd(13)} ${name}: ${counts}, ${seconds.toFixed(0)} s`;
  return problem === null ? line : `${line}\n     ${problem.slice(0, 5_000)}`;
}

/** All runs of a row since it last did not hold, or the one that did not. */
export function countedRuns<One extends RowOutcome>(runs: readonly One[]): readonly One[] {
  const last = runs.at(-1);
  if (last !== undefined && last.problem !== null) return [last];
  return runs.slice(runs.findLastIndex(({ problem }) => problem !== null) + 1);
}

/** What is said of a row in the page. */
export function verdictOf(row: FaultRow, runs: readonly Run[], engine: string): string {
  const counted = countedRuns(runs);
  if (counted.length === 0) return 'not run';
  if (counted.some(({ problem }) => problem !== null)) return 'DID NOT HOLD';
  const sum = (some: readonly Run[]) => some.reduce((total, { faults }) => total + faults, 0);
  const faults = sum(counted);
  const held = faults < row.floor.full ? 'held in a short run' : 'held';
  const older = faults - sum(counted.filter((run) => run.engine === engine));
  return older === 0 ? held : `${held}; ${older} of them with earlier code of the engine`;
}

/** The page `docs/faults.md`. `engine` names the code of the engine that it is about. */
export function toFaultPage(
  rows: readonly FaultRow[],
  runs: readonly Run[],
  skipped: readonly SkippedRow[],
  { machine, engine }: { readonly machine: string; readonly engine: string },
): string {
  const lines = rows.map((row) => {
    const own = runs.filter(({ id }) => id === row.id);
    const counted = countedRuns(own);
    const missing = skipped.find((one) => one.row.id === row.id)?.missing;
    const verdict =
      missing === undefined || own.length > 0
        ? verdictOf(row, own, engine)
        : `left out: this machine has no ${missing.join(', ')}`;
    const sum = (of: (run: Run) => number) => counted.reduce((total, run) => total + of(run), 0);
    const counts = own.length === 0 ? '' : `${sum(({ faults }) => faults)} of ${row.floor.full}`;
    // An earlier suite kept none.
    const attempts = sum((run) => run.attempts) || '';
    const notes = [...new Set(counted.at(-1)?.notes ?? [])].slice(0, 3).join('; ');
    return `| ${[row.id, row.name, row.how, counts, attempts, verdict, notes].join(' | ')} |`;
  });
  return `# Faults

What Ferry was put through, by \`npm run test:faults\`: real devices in processes of their own, on real file systems and networks of their own. After every row: nothing outside the destination was touched (I1), every name holds old or complete new content (I2), exits are documented and without stack traces (I3), nothing lies about that \`ferry jobs\` does not list (I4), the same order again moves nothing (I5), nobody ended by itself, descriptors and memory are as before (I6), the source is untouched (I7), no raw control byte is printed (I8).

"Faults" are those that really happened; beside them stands how many a full run needs. Where a row was run in pieces its runs since it last failed are added up; a piece in which fewer faults happened than it was to make has failed. "Held" is a full run, "held in a short run" less than that.

What these rows cannot show: power cuts are snapshots of the image below a mounted file system, all that was handed to it up to one moment. A disk that loses its own cache, or that writes in another order than it was told, would take a device mapper (\`dm-flakey\`, \`dm-log-writes\`), which this kind of machine does not have. What Ferry says to a disk it is told in time and in order; that the disk obeys is believed.

Written by the suite, not by hand. Machine: ${machine}. Code of the engine (git's hash of \`src/engine\`): ${engine}.

| row | fault | how | faults | attempts | outcome | notes |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
