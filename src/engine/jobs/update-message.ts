import type { JobView } from '../../shared/job.ts';
import type { LinkMessageOf } from '../wire/control-messages.ts';

/** How a pull is, as its source hears it; null once it has ended. */
export function toUpdateMessage(view: JobView): LinkMessageOf<'job-update'> | null {
  const { job, state, waitingFor, pausedBy, question, queuePlace, progress } = view;
  if (state !== 'preparing' && state !== 'waiting' && state !== 'running' && state !== 'finishing')
    return null;
  // Which clashes there are is nobody's business but ours.
  const asked = question === null ? null : { count: question.count, complete: question.complete };
  return { kind: 'job-update', job, state, waitingFor, pausedBy, question: asked, queuePlace, progress };
}
