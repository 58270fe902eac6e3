import { escapeText } from '../shared/escape.ts';
import { problemSentence } from '../shared/failure-text.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '../shared/format.ts';
import type { JobResult, JobView, Problem } from '../shared/job.ts';
import { resultFromProgress } from './lines.ts';
import { plural } from './plural.ts';
import { preflightLines } from './preflight-text.ts';

/** Problems a person is shown; all of them are in the JSON. */
const SHOWN_PROBLEMS = 20;

const HEADS: Readonly<Record<JobResult['state'], string>> = {
  done: 'Done',
  partial: 'Finished, but not everything was copied',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

function amount(result: JobResult): string {
  return [
    plural(result.files, 'file', 'files'),
    result.folders === 0 ? '' : plural(result.folders, 'folder', 'folders'),
    result.links === 0 ? '' : plural(result.links, 'link', 'links'),
    formatBytes(result.bytes),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Below this a duration is no measurement. */
const MIN_SECONDS = 0.05;

/** Time, and the speed where most of it really moved: what was there already is not fast, it is nothing. */
function speed(result: JobResult): string {
  if (result.seconds < MIN_SECONDS) return '';
  const time = ` in ${formatDuration(result.seconds)}`;
  const isMoved = result.unchanged * 2 <= result.files;
  return isMoved ? `${time} (${formatRate(result.bytes / result.seconds)})` : time;
}

function notes(result: JobResult): string[] {
  const isAllInPlace = result.unchanged === result.files;
  const here = isAllInPlace ? 0 : result.reusedBytes + result.clonedBytes;
  return [
    result.verified && result.unchanged < result.files ? 'What moved was verified.' : '',
    result.atomic === false ? 'The file itself was patched, not a copy of it.' : '',
    replaced(result),
    result.unchanged === 0 ? '' : `${plural(result.unchanged, 'file was', 'files were')} already there.`,
    here === 0
      ? ''
      : `Sent ${formatBytes(Math.max(0, result.bytes - here))} of ${formatBytes(result.bytes)}, the rest was already there.`,
  ].filter((note) => note !== '');
}

function replaced({ replaced: { trashed, gone } = { trashed: 0, gone: 0 } }: JobResult): string {
  const kept =
    trashed === 0 ? '' : `What ${plural(trashed, 'file', 'files')} replaced is in the trash there.`;
  const lost = gone === 0 ? '' : `What ${plural(gone, 'file', 'files')} replaced is gone: there is no trash.`;
  return [kept, lost].filter((text) => text !== '').join(' ');
}

function prediction({ predictedWireBytes }: JobResult): string {
  return predictedWireBytes === null ? '' : `, ${formatBytes(predictedWireBytes)} would go over the network`;
}

function isEmpty({ files, folders, links, bytes }: JobResult): boolean {
  return files + folders + links + bytes === 0;
}

function problemLines(problems: readonly Problem[], count: number): string[] {
  if (count === 0) return [];
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  const hidden = count - shown.length;
  return [
    `${plural(count, 'entry needs', 'entries need')} a look:`,
    ...shown.map((problem) => `  ${escapeText(problem.path)}: ${problemSentence(problem)}`),
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more; \`ferry status JOB --json\` has them all.`] : []),
  ];
}

/** What a person reads when a job has ended. `label` tells several apart; `dryRun` says nothing was moved. */
export function resultLines(job: JobView, label: string, dryRun: boolean): string[] {
  const result = job.result ?? resultFromProgress(job);
  const head = label === '' ? '' : `${label}: `;
  const parts =
    job.parts.length === 0
      ? []
      : [
          `${plural(job.parts.length, 'part', 'parts')} of it kept here: ${job.parts.map(escapeText).join(', ')}`,
        ];
  if (dryRun && (result.state === 'done' || result.state === 'partial')) {
    return [
      `${head}Dry run: ${amount(result)} asked for${prediction(result)}. Nothing was moved.`,
      ...preflightLines(result.preflight ?? null),
      ...problemLines(result.problems, result.problemCount),
    ];
  }
  const moved = result.state === 'done' || result.state === 'partial';
  return [
    moved
      ? `${head}${HEADS[result.state]}: ${amount(result)}${speed(result)}.${['', ...notes(result)].join(' ')}`
      : `${head}${HEADS[result.state]}${isEmpty(result) ? '' : `: ${amount(result)} asked for`}.`,
    ...preflightLines(result.preflight ?? null),
    ...problemLines(result.problems, result.problemCount),
    ...parts,
  ];
}
