import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import type { AppContext } from '../../store/app-context.ts';
import { type JobAction, primaryAction, runAction } from '../../store/job-actions.ts';
import { removeEnded } from '../../store/remove-jobs.ts';

/** A key press, as far as the list cares. */
export interface ListKey {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** What a key does to the focused row; null leaves the key to the list itself. */
export function keyMeaning(pressed: ListKey): JobAction | 'toggle-pause' | 'select' | null {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = pressed;
  if (key === ' ' && (ctrlKey || metaKey)) return 'select';
  if (key === ' ' && !altKey && !shiftKey) return 'toggle-pause';
  if (key === 'Delete' && !altKey && !ctrlKey) return 'remove';
  if (altKey && key === 'ArrowUp') return 'up';
  if (altKey && key === 'ArrowDown') return 'down';
  return null;
}

/** Pauses or resumes each; what can do neither is left alone. */
export function togglePause(app: AppContext, jobs: readonly JobView[]): void {
  for (const job of jobs) {
    if (ENDED_STATES.has(job.state)) continue;
    const action = primaryAction(job, app.host.kind);
    if (action === 'resume') runAction(app, 'resume', job);
    else if (job.state !== 'finishing' && job.waitingFor !== 'paused') runAction(app, 'pause', job);
  }
}

/** Does what the key means to `jobs`: those selected, or the focused one. */
export function runKey(
  app: AppContext,
  meaning: Exclude<ReturnType<typeof keyMeaning>, 'select' | null>,
  jobs: readonly JobView[],
): void {
  if (meaning === 'toggle-pause') togglePause(app, jobs);
  else if (meaning === 'remove') {
    removeEnded(
      app,
      jobs.map(({ job }) => job),
    );
  } else for (const job of jobs) runAction(app, meaning, job);
}
