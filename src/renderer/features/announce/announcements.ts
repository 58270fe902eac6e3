import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import { needsPerson } from '../../store/job-list.ts';

/** What happened to a job that is worth a word. */
export type JobNews =
  | { readonly kind: 'started'; readonly job: JobView }
  | { readonly kind: 'percent'; readonly job: JobView; readonly percent: 25 | 50 | 75 }
  | { readonly kind: 'done'; readonly job: JobView }
  | { readonly kind: 'needs-you'; readonly job: JobView };

const QUARTERS = [75, 50, 25] as const;

/** What `now` says that `before` did not. */
export function newsOf(before: JobView | undefined, now: JobView): JobNews | null {
  if (before === undefined) return null;
  if (needsPerson(now) && !needsPerson(before)) return { kind: 'needs-you', job: now };
  if (ENDED_STATES.has(now.state)) {
    return now.state === 'done' && before.state !== 'done' ? { kind: 'done', job: now } : null;
  }
  const hasBegun = (job: JobView) => job.state === 'running' && job.progress.bytes > 0;
  if (hasBegun(now) && !hasBegun(before) && before.progress.bytes === 0) return { kind: 'started', job: now };
  const [was, is] = [before.fraction, now.fraction];
  if (was === null || is === null) return null;
  const percent = QUARTERS.find((quarter) => was * 100 < quarter && is * 100 >= quarter);
  return percent === undefined ? null : { kind: 'percent', job: now, percent };
}

/** Whether a percentage is said: of the job that is open, or of the only one that moves. */
export function isWatched(job: JobView, jobs: readonly JobView[], opened: string | null): boolean {
  if (job.job === opened) return true;
  const moving = jobs.filter((each) => each.state === 'running' || each.state === 'finishing');
  return moving.length === 1 && moving[0]?.job === job.job;
}
