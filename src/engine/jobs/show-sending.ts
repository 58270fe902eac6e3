import type { JobBook } from './job-book.ts';
import type { Sending } from './sending-job.ts';

/** Shows how the destination sees a job; a page that is not there is what it waits for first of all. */
export function showAsTold(
  book: JobBook,
  { live, page }: Pick<Sending, 'live' | 'page'>,
  change: Parameters<JobBook['update']>[1],
): void {
  const isAway = page?.isAway ?? false;
  book.update(live, isAway ? { ...change, state: 'waiting', waitingFor: 'page' } : change);
}

/** The destination is not there; a job that is paused stays so. */
export function showAway(book: JobBook, { live }: Pick<Sending, 'live'>): void {
  if (live.view.pausedBy === null) book.update(live, { state: 'waiting', waitingFor: 'peer' });
}
