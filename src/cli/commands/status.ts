import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import type { Run } from '../context.ts';
import { toProgressLine, toResultLine } from '../lines.ts';
import { plainProgressLine } from '../progress-text.ts';
import { resultLines } from '../result-text.ts';
import { waitingNote } from '../waiting-text.ts';
import { withState } from '../with-engine.ts';

function statusLine(view: JobView): string {
  return [plainProgressLine(view, ''), waitingNote(view, Date.now())]
    .filter((part) => part !== '')
    .join(', ');
}

export function addStatusCommand(program: Command, run: Run): void {
  program
    .command('status')
    .description('tell how a job goes or went')
    .argument('<job>', 'job, or its beginning')
    .action((job: string) =>
      run((context) =>
        withState(context, async ({ api }) => {
          const view = await api.call('jobs.get', { job }, context.signal);
          if (ENDED_STATES.has(view.state)) {
            context.output.fact(toResultLine(view), resultLines(view, '', false).join('\n'));
          } else {
            context.output.fact(toProgressLine(view), statusLine(view));
          }
          return EXIT.ok;
        }),
      ),
    );
}
