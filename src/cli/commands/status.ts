import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import { failureSentence } from '../../shared/failure-text.ts';
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

/** How it ended, and why where it failed as a whole. */
function endedText(view: JobView): string {
  const failure = view.state === 'failed' ? view.result?.failure : null;
  const why = failure ? [failureSentence(failure)] : [];
  return [...resultLines(view, '', false), ...why].join('\n');
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
            context.output.fact(toResultLine(view), endedText(view));
          } else {
            context.output.fact(toProgressLine(view), statusLine(view));
          }
          return EXIT.ok;
        }),
      ),
    );
}
