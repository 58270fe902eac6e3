import type { Command } from 'commander';
import { escapeText } from '../../shared/escape.ts';
import { EXIT, type ExitCode, exitForFailure } from '../../shared/exit-codes.ts';
import { Failure } from '../../shared/failure.ts';
import { problemSentence } from '../../shared/failure-text.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import type { JobView, Verification } from '../../shared/job.ts';
import type { Context, Run } from '../context.ts';
import { toVerifiedLine, toVerifyProgressLine } from '../lines.ts';
import { plural } from '../plural.ts';
import { shortJob } from '../short-job.ts';
import { withEngine } from '../with-engine.ts';

/** How often a script is told how far it is. */
const TELL_MS = 500;

export function addVerifyCommand(program: Command, run: Run): void {
  program
    .command('verify')
    .description('read back from disk what a job wrote, and compare it with what came')
    .argument('<job>', 'job, or its beginning')
    .action((job: string) => run((context) => verify(context, job)));
}

async function verify(context: Context, prefix: string): Promise<ExitCode> {
  return await withEngine(context, {}, async ({ api }) => {
    const { job } = await api.call('jobs.get', { job: prefix }, context.signal);
    const done = new AbortController();
    let toldMs = performance.now();
    api.subscribe(({ event }) => {
      if (event.kind !== 'job-changed' || event.job.job !== job) return;
      if (event.job.verification?.state !== 'running') return;
      context.output.live([progressText(event.job.verification)]);
      if (!context.output.json || performance.now() - toldMs < TELL_MS) return;
      toldMs = performance.now();
      context.output.fact(toVerifyProgressLine(job, event.job.verification), null);
    }, done.signal);
    try {
      return tell(context, await api.call('jobs.verify', { job }, context.signal));
    } finally {
      done.abort();
      context.output.live([]);
    }
  });
}

function progressText({ files, bytes, totalFiles, totalBytes }: Verification): string {
  const amount = `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  return `Reading back: ${formatCount(files)} of ${formatCount(totalFiles)} files, ${amount}`;
}

function tell({ output }: Context, view: JobView): ExitCode {
  const { verification } = view;
  if (verification === null) throw new Failure('internal', { reason: 'no verification' });
  output.live([]);
  output.fact(toVerifiedLine(view.job, verification), null);
  for (const line of textLines(view, verification)) output.text(line);
  if (verification.failure !== null) {
    if (!output.json) output.error(Failure.fromData(verification.failure));
    return exitForFailure(verification.failure.code);
  }
  if (verification.damaged > 0) return EXIT.integrity;
  return verification.problemCount > 0 ? EXIT.partial : EXIT.ok;
}

function textLines({ job }: JobView, verification: Verification): string[] {
  const { totalFiles, totalBytes, unproven, problemCount, problems, failure } = verification;
  if (failure !== null) return [];
  const good = totalFiles - problemCount;
  return [
    `Job ${shortJob(job)}: read back ${plural(totalFiles, 'file', 'files')}, ${formatBytes(totalBytes)}; ${good} as they came.`,
    ...(unproven === 0
      ? []
      : [`${plural(unproven, 'file was', 'files were')} there before, so no hash of them is known.`]),
    ...problems.map((problem) => `  ${escapeText(problem.path)}: ${problemSentence(problem)}`),
    ...(problemCount > problems.length ? [`  and ${problemCount - problems.length} more`] : []),
  ];
}
