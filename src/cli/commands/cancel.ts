import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import type { Run } from '../context.ts';
import { shortJob } from '../follow-jobs.ts';
import { toProgressLine, toResultLine } from '../lines.ts';
import { withEngine } from '../with-engine.ts';

export function addCancelCommand(program: Command, run: Run): void {
  program
    .command('cancel')
    .description('end a job for good, on both sides')
    .argument('<job>', 'job, or its beginning')
    .action((job: string) =>
      run((context) =>
        withEngine(context, {}, async ({ api }) => {
          const view = await api.call('jobs.cancel', { job }, context.signal);
          const line = ENDED_STATES.has(view.state) ? toResultLine(view) : toProgressLine(view);
          const text =
            view.state === 'cancelled'
              ? `Cancelled job ${shortJob(view.job)}.`
              : `Job ${shortJob(view.job)} had ended already: ${view.state}.`;
          context.output.fact(line, text);
          return EXIT.ok;
        }),
      ),
    );
}
