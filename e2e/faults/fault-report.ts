import type { FaultRow, RowOutcome } from './fault-row.ts';

/** A row that was left out, and what this machine lacks for it. */
interface SkippedRow {
  readonly row: FaultRow;
  readonly missing: readonly string[];
}

/** One line for a terminal. */
export function outcomeLine({ id, name, attempts, faults, floor, seconds, problem }: RowOutcome): string {
  const verdict = problem === null ? 'ok  ' : 'FAIL';
  const counts = `${faults} faults in ${attempts} attempts, at least ${floor}`;
  const line = `${verdict} ${id.padEnd(13)} ${name}: ${counts}, ${seconds.toFixed(0)} s`;
  return problem === null ? line : `${line}\n     ${problem.slice(0, 1_500)}`;
}

/** The page `docs/faults.md`. */
export function toFaultPage(
  rows: readonly FaultRow[],
  outcomes: readonly RowOutcome[],
  skipped: readonly SkippedRow[],
  machine: string,
): string {
  const lines = rows.map((row) => {
    const outcome = outcomes.find(({ id }) => id === row.id);
    const missing = skipped.find((one) => one.row.id === row.id)?.missing;
    const verdict =
      missing !== undefined
        ? `left out: this machine has no ${missing.join(', ')}`
        : outcome === undefined
          ? 'not run'
          : outcome.problem !== null
            ? 'DID NOT HOLD'
            : outcome.floor < row.floor.full
              ? 'held in a short run'
              : 'held';
    const counts = outcome === undefined ? '' : `${outcome.faults} of ${row.floor.full}`;
    const notes = outcome?.notes.slice(0, 3).join('; ') ?? '';
    return `| ${[row.id, row.name, row.how, counts, verdict, notes].join(' | ')} |`;
  });
  return `# Faults

What Ferry was put through, by \`npm run test:faults\`: real devices in processes of their own, on real file systems and networks of their own. After every row: nothing outside the destination was touched (I1), every name holds old or complete new content (I2), exits are documented and without stack traces (I3), nothing lies about that \`ferry jobs\` does not list (I4), the same order again moves nothing (I5), descriptors and memory are as before (I6), the source is untouched (I7), no raw control byte is printed (I8). "Faults" are those that really happened; beside them stands how many a full run needs; with fewer it fails.

Written by the suite, not by hand. Machine: ${machine}.

| row | fault | how | faults | outcome | notes |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
