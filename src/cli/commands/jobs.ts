import type { Command } from 'commander';
import { escapeText } from '../../shared/escape.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import { failureSentence } from '../../shared/failure-text.ts';
import { formatBytes } from '../../shared/format.ts';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import type { Context, Run } from '../context.ts';
import { toJobLine } from '../lines.ts';
import { plural } from '../plural.ts';
import { peerLabel, plainProgressLine } from '../progress-text.ts';
import { shortJob } from '../short-job.ts';
import { tableLines } from '../table.ts';
import { waitingNote } from '../waiting-text.ts';
import { withState } from '../with-engine.ts';
import { addFinishCommand } from './cancel.ts';

const DIRECTION: Readonly<Record<JobView['role'], string>> = {
  source: 'to',
  destination: 'from',
  orderer: 'ordered',
};

function summary(job: JobView): string {
  const { result } = job;
  if (!ENDED_STATES.has(job.state)) {
    return [plainProgressLine(job, ''), waitingNote(job, Date.now())]
      .filter((part) => part !== '')
      .join(', ');
  }
  if (result === null) return '';
  if (result.failure !== null) return failureSentence(result.failure);
  const problems = result.problemCount === 0 ? '' : `, ${plural(result.problemCount, 'problem', 'problems')}`;
  return `${plural(result.files, 'file', 'files')}, ${formatBytes(result.bytes)}${problems}`;
}

/** Between which devices, and who had it copied where that is neither of them. */
function endsText(job: JobView): string {
  const { role, between, peer } = job;
  const isHere = between !== null && between.source === null && between.destination === null;
  const ends = isHere ? 'within this device' : `${DIRECTION[role]} ${peerLabel(job) || '-'}`;
  const orderer = between?.orderedBy ?? null;
  return orderer === null || orderer.id === peer?.id
    ? ends
    : `${ends}, ordered by ${escapeText(orderer.name)}`;
}

function jobRow(job: JobView): string[] {
  return [shortJob(job.job), job.state, endsText(job), job.names.map(escapeText).join(', '), summary(job)];
}

export function addJobsCommand(program: Command, run: Run): void {
  const jobs = program
    .command('jobs')
    .description('list the jobs of this device, and the parts that ended ones left')
    .action(() => run((context) => listJobs(context)));
  jobs
    .command('clean')
    .description('remove the parts that ended jobs left on disk')
    .action(() => run((context) => cleanJobs(context)));
  addFinishCommand(jobs, run);
}

async function listJobs(context: Context) {
  return await withState(context, async ({ api }) => {
    const jobs = await api.call('jobs.list', {}, context.signal);
    const rows = tableLines(jobs.map(jobRow));
    for (const [index, job] of jobs.entries()) {
      const parts = job.parts.map((part) => `\n  part: ${escapeText(part)}`).join('');
      context.output.fact(toJobLine(job), `${rows[index] ?? ''}${parts}`);
    }
    if (jobs.length === 0) context.output.text('No jobs.');
    return EXIT.ok;
  });
}

async function cleanJobs(context: Context) {
  return await withState(context, async ({ api }) => {
    const { removed } = await api.call('jobs.clean', {}, context.signal);
    for (const path of removed) context.output.fact({ kind: 'removed', path }, `removed ${escapeText(path)}`);
    if (removed.length === 0) context.output.text('No parts to remove.');
    return EXIT.ok;
  });
}
