import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import { type ExitCode, exitForResult, gravestExit } from '../../shared/exit-codes.ts';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import type { Context, Run } from '../context.ts';
import { type FollowOptions, followJobs } from '../follow-jobs.ts';
import { JobDisplay } from '../job-display.ts';
import { resultFromProgress } from '../lines.ts';
import { toSessionOptions, withEngine } from '../with-engine.ts';

const WATCH: FollowOptions = { patienceSeconds: null, ownsJobs: false, dryRun: false };

export function addWaitCommand(program: Command, run: Run): void {
  program
    .command('wait')
    .description('watch jobs until they have ended; ends with their exit code')
    .argument('<job...>', 'job, or its beginning')
    .action((jobs: readonly string[]) => run((context) => wait(context, jobs)));
}

async function find(context: Context, session: EngineSession, jobs: readonly string[]): Promise<JobView[]> {
  return await Promise.all(jobs.map((job) => session.api.call('jobs.get', { job }, context.signal)));
}

/** What has ended is read from the state; an engine is opened only for what still has to go on. */
async function wait(context: Context, jobs: readonly string[]): Promise<ExitCode> {
  const daemon = await context.loadDaemon();
  const state = await daemon.attachOrState(toSessionOptions(context), context.signal);
  try {
    const views = await find(context, state, jobs);
    // without an engine too, an ended job answers a wait at once
    if (views.every((view) => ENDED_STATES.has(view.state))) return tellEnded(context, views);
  } finally {
    await state.close(context.signal);
  }
  return await withEngine(context, {}, async (session) =>
    followJobs(context, session, await find(context, session, jobs), WATCH),
  );
}

function tellEnded(context: Context, views: readonly JobView[]): ExitCode {
  const display = new JobDisplay(context.output, views, false);
  for (const view of views) display.end(view);
  return gravestExit(views.map((view) => exitForResult(view.result ?? resultFromProgress(view))));
}
