import type { JobProgress, JobView, WaitingDetail } from '../../shared/job.ts';
import type { LinkMessageOf } from '../wire/control-messages.ts';

/** What the source shows of what its destination tells; "here" there is the peer here. */
export function mirrorOf(
  message: LinkMessageOf<'job-update'>,
): Pick<
  JobView,
  'state' | 'waitingFor' | 'waitingDetail' | 'pausedBy' | 'question' | 'queuePlace' | 'progress' | 'fraction'
> {
  const { state, waitingFor, pausedBy, question, progress } = message;
  return {
    state,
    waitingFor,
    waitingDetail: toDetail(message.waitingDetail ?? null),
    pausedBy: waitingFor === 'paused' ? (pausedBy === 'peer' ? 'here' : 'peer') : null,
    question: question === null ? null : { ...question, clashes: [] },
    queuePlace: waitingFor === 'turn' ? (message.queuePlace ?? null) : null,
    progress: asSeenHere(progress),
    fraction: told(message.fraction),
  };
}

/** Only what is done is whole, and that is told otherwise. */
function told(fraction: number | null | undefined): number | null {
  return fraction === undefined || fraction === null ? null : Math.min(0.99, fraction);
}

/** What the source shows of an offer that is accepted: it begins, unless it was said that it is queued. */
export function acceptedOf({ state, waitingFor }: JobView): Pick<JobView, 'state' | 'waitingFor'> {
  return waitingFor === 'turn' ? { state, waitingFor } : { state: 'running', waitingFor: null };
}

function toDetail(
  told: NonNullable<LinkMessageOf<'job-update'>['waitingDetail']> | null,
): WaitingDetail | null {
  if (told === null) return null;
  const { code, reason } = told.why;
  return { ...told, why: reason === undefined ? { code } : { code, reason } };
}

function asSeenHere(progress: JobProgress): JobProgress {
  const { limitedBy } = progress;
  if (limitedBy === 'own-limit') return { ...progress, limitedBy: 'peer-limit' };
  return limitedBy === 'peer-limit' ? { ...progress, limitedBy: 'own-limit' } : progress;
}
