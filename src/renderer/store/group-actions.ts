import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import { act } from './act.ts';
import type { AppContext } from './app-context.ts';
import { type JobAction, primaryAction, runAction } from './job-actions.ts';
import { removeEnded } from './remove-jobs.ts';
import { openDialog } from './view-store.ts';

/** What can be done with all copies of one order together. */
export type GroupAction = Extract<JobAction, 'pause' | 'resume' | 'again' | 'cancel' | 'remove'>;

function isLive({ state }: JobView): boolean {
  return !ENDED_STATES.has(state);
}

function canPause(job: JobView): boolean {
  return isLive(job) && job.state !== 'finishing' && job.waitingFor !== 'paused';
}

function canResume(job: JobView): boolean {
  return isLive(job) && job.waitingFor === 'paused';
}

function canGoAgain({ state, between }: JobView): boolean {
  if (between !== null) return false;
  return state === 'failed' || state === 'partial' || state === 'cancelled';
}

/** The button on the row of a group. */
export function groupPrimary(jobs: readonly JobView[]): GroupAction | null {
  if (jobs.some(canPause)) return 'pause';
  if (jobs.some(canResume)) return 'resume';
  return jobs.some(canGoAgain) ? 'again' : null;
}

/** Everything its menu offers, in its order. */
export function groupActions(jobs: readonly JobView[]): readonly GroupAction[] {
  const actions: GroupAction[] = [];
  if (jobs.some(canPause)) actions.push('pause');
  if (jobs.some(canResume)) actions.push('resume');
  if (jobs.some(canGoAgain)) actions.push('again');
  if (jobs.some(isLive)) actions.push('cancel');
  else actions.push('remove');
  return actions;
}

/** Does it to each copy to which it applies; cancelling asks once for all. */
export function runGroupAction(app: AppContext, action: GroupAction, jobs: readonly JobView[]): void {
  const ids = jobs.map(({ job }) => job);
  switch (action) {
    case 'pause':
      for (const job of jobs.filter(canPause)) runAction(app, 'pause', job);
      return;
    case 'resume':
      for (const job of jobs.filter(canResume)) runAction(app, 'resume', job);
      return;
    case 'again':
      for (const job of jobs.filter(canGoAgain)) {
        const isKept = primaryAction(job, app.host.kind) === 'resume';
        runAction(app, isKept ? 'resume' : 'again', job);
      }
      return;
    case 'cancel': {
      const [first] = jobs.filter(isLive);
      if (first !== undefined) openDialog({ kind: 'cancel-job', job: first.job, withGroup: true });
      return;
    }
    case 'remove':
      removeEnded(app, ids);
      return;
  }
}

/** The copies that a question about one of them is about. */
export function askedAbout(
  jobs: Readonly<Record<string, JobView>>,
  asked: string,
  withGroup: boolean,
): readonly JobView[] {
  const job = jobs[asked];
  if (job === undefined) return [];
  if (!withGroup) return [job];
  return Object.values(jobs).filter((other) => other.group === job.group && isLive(other));
}

/** Stops them, with one answer for all. */
export function cancelAll(
  app: AppContext,
  jobs: readonly JobView[],
  keep: 'parts' | 'arrived' | 'nothing',
): void {
  for (const { job } of jobs) void act(app.engine, job, 'jobs.cancel', { job, keep });
}
