import type { JobView } from '../../shared/job.ts';
import type { DiskTrouble } from '../transfer/disk-trouble.ts';

/** What a stored job waited for at its destination when its engine ended; null where it was something else. */
export function storedTrouble({
  state,
  waitingFor,
  waitingDetail,
}: Pick<JobView, 'state' | 'waitingFor' | 'waitingDetail'>): DiskTrouble | null {
  const isStuck = state === 'waiting' && (waitingFor === 'space' || waitingFor === 'disk');
  if (!isStuck || waitingDetail === null) return null;
  const { why, neededBytes } = waitingDetail;
  // How many names it needs is found out again; so is a failed sync, of which the job's record knows.
  return { why, neededBytes: neededBytes ?? 0, neededNames: 0, isDistrusted: false };
}
