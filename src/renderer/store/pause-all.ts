import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import { act } from './act.ts';
import type { AppContext } from './app-context.ts';

/** Whether pausing would stop something. */
export function isPausable({ state, waitingFor }: JobView): boolean {
  return (
    !ENDED_STATES.has(state) && state !== 'finishing' && waitingFor !== 'paused' && waitingFor !== 'approval'
  );
}

/** Whether it is paused, and by a person here: what a network holds is asked for each. */
export function isPausedHere({ state, waitingFor, pausedBy, heldBy }: JobView): boolean {
  return state === 'waiting' && waitingFor === 'paused' && pausedBy !== 'peer' && heldBy === null;
}

/** Pauses everything that can be paused. */
export function pauseAll({ engine, store }: AppContext): void {
  for (const job of Object.values(store.getState().jobs).filter(isPausable)) {
    void act(engine, job.job, 'jobs.pause', { job: job.job });
  }
}

/** Resumes what was paused here; what the other side paused is for the other side to resume. */
export function resumeAll({ engine, store }: AppContext): void {
  for (const job of Object.values(store.getState().jobs).filter(isPausedHere)) {
    void act(engine, job.job, 'jobs.resume', { job: job.job });
  }
}
