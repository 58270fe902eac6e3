import type { JobView } from '../../shared/job.ts';
import type { LinkMessageOf } from '../wire/control-messages.ts';

/** How a pull is, as its source hears it; null once it has ended. */
export function toUpdateMessage(view: JobView): LinkMessageOf<'job-update'> | null {
  const { job, state, waitingFor, pausedBy, question, queuePlace, progress, fraction } = view;
  if (state !== 'preparing' && state !== 'waiting' && state !== 'running' && state !== 'finishing')
    return null;
  // Which clashes there are is nobody's business but ours.
  const asked = question === null ? null : { count: question.count, complete: question.complete };
  const told = { job, state, waitingFor, waitingDetail: toldDetail(view), pausedBy, queuePlace };
  return { kind: 'job-update', ...told, progress, fraction, question: asked };
}

/** Where it is here is nobody's business either. */
function toldDetail({ waitingDetail }: JobView): LinkMessageOf<'job-update'>['waitingDetail'] {
  if (waitingDetail === null) return null;
  const { code, reason } = waitingDetail.why;
  return { ...waitingDetail, why: reason === undefined ? { code } : { code, reason: reason.slice(0, 200) } };
}
