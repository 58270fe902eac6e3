import { type Command, Option } from 'commander';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { JobId } from '../../shared/ids.ts';
import { type CancelKeep, ENDED_STATES } from '../../shared/job.ts';
import type { Context, Run } from '../context.ts';
import { toProgressLine, toResultLine } from '../lines.ts';
import { shortJob } from '../short-job.ts';
import { withEngine } from '../with-engine.ts';

const KEEP: readonly CancelKeep[] = ['parts', 'arrived', 'nothing'];
const JOB_HELP = 'job, or its beginning';

export function addCancelCommand(program: Command, run: Run): void {
  program
    .command('cancel')
    .description('end a job for good, on both sides')
    .argument('<job>', JOB_HELP)
    .addOption(
      new Option('--keep <what>', 'of what came: its parts, what arrived whole, or nothing')
        .choices(KEEP)
        .default('parts' satisfies CancelKeep),
    )
    .action((job: string, { keep }: { keep: CancelKeep }) => run((context) => cancel(context, job, keep)));
}

/** `ferry jobs finish`: what arrived is kept, the rest is let go. */
export function addFinishCommand(jobs: Command, run: Run): void {
  jobs
    .command('finish')
    .description('keep what arrived and end the job')
    .argument('<job>', JOB_HELP)
    .action((job: string) => run((context) => cancel(context, job, 'arrived')));
}

function endedText(job: JobId, keep: CancelKeep): string {
  return keep === 'arrived'
    ? `Ended job ${shortJob(job)}: what had arrived whole is in its place.`
    : `Cancelled job ${shortJob(job)}.`;
}

async function cancel(context: Context, job: string, keep: CancelKeep): Promise<ExitCode> {
  return await withEngine(context, {}, async ({ api }) => {
    const view = await api.call('jobs.cancel', { job, keep }, context.signal);
    const line = ENDED_STATES.has(view.state) ? toResultLine(view) : toProgressLine(view);
    const text =
      view.state === 'cancelled'
        ? endedText(view.job, keep)
        : `Job ${shortJob(view.job)} had ended already: ${view.state}.`;
    context.output.fact(line, text);
    return EXIT.ok;
  });
}
