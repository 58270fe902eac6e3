import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import type { Run } from '../context.ts';
import { toProgressLine, toResultLine } from '../lines.ts';
import { shortJob } from '../short-job.ts';
import { withRunningEngine } from '../with-engine.ts';

const JOB_HELP = 'job, or its beginning';

export function addPauseCommand(program: Command, run: Run): void {
  addSwitch(program, run, 'pause', 'stop a job for now, on both sides');
}

export function addResumeCommand(program: Command, run: Run): void {
  addSwitch(program, run, 'resume', 'go on with a paused job');
}

function addSwitch(program: Command, run: Run, name: 'pause' | 'resume', description: string): void {
  program
    .command(name)
    .description(description)
    .argument('<job>', JOB_HELP)
    .action((job: string) =>
      run((context) =>
        withRunningEngine(context, {}, async ({ api }) => {
          const view = await api.call(`jobs.${name}`, { job }, context.signal);
          const hasEnded = ENDED_STATES.has(view.state);
          const line = hasEnded ? toResultLine(view) : toProgressLine(view);
          context.output.fact(line, textOf(shortJob(view.job), view.state, view.waitingFor === 'paused'));
          return EXIT.ok;
        }),
      ),
    );
}

function textOf(job: string, state: string, isPaused: boolean): string {
  if (isPaused) return `Paused job ${job}; \`ferry resume ${job}\` goes on with it.`;
  return state === 'running' || state === 'waiting' ? `Job ${job} goes on.` : `Job ${job}: ${state}.`;
}
