import { escapeText } from '../shared/escape.ts';
import { formatDuration } from '../shared/format.ts';
import type { JobView, WaitingFor } from '../shared/job.ts';
import { shortJob } from './short-job.ts';

/** What makes a waiting job go on; a paused one names its own command. */
const GOES_ON: Readonly<Record<Exclude<WaitingFor, 'paused'>, string>> = {
  approval: 'goes on when it is accepted there',
  peer: 'goes on by itself when the other device is back',
  space: 'goes on by itself once there is room',
  disk: 'goes on by itself once the disk can be used',
  page: 'goes on when the same files are dropped on the page again',
  answer: 'goes on when somebody at the destination has decided',
  turn: 'goes on by itself when it is its turn',
};

/** Who paused a job, as far as that is known. */
export function pausedText({ pausedBy, peer }: Pick<JobView, 'pausedBy' | 'peer'>): string {
  if (pausedBy === null) return 'paused';
  if (pausedBy === 'here') return 'paused here';
  return `paused by ${peer === null ? 'the other side' : escapeText(peer.name)}`;
}

/** Since when a job waits and what makes it go on; empty for one that does not wait. */
export function waitingNote(
  {
    job,
    state,
    waitingFor,
    sinceMs,
    peer,
    between,
  }: Pick<JobView, 'job' | 'state' | 'waitingFor' | 'sinceMs' | 'peer' | 'between'>,
  nowMs: number,
): string {
  if (state !== 'waiting' || waitingFor === null) return '';
  const isWithin = waitingFor === 'peer' && peer === null && between !== null;
  const next = isWithin
    ? 'goes on with the same command'
    : waitingFor === 'paused'
      ? `goes on with \`ferry resume ${shortJob(job)}\``
      : GOES_ON[waitingFor];
  return `for ${formatDuration(Math.max(0, Math.round((nowMs - sinceMs) / 1_000)))}, ${next}`;
}
