import { Failure } from '../../shared/failure.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import { findEnded } from '../jobs/find-ended.ts';
import { forgetJobs } from '../jobs/forget-jobs.ts';
import { jobEntries } from '../jobs/job-entries.ts';
import { removeLists } from '../jobs/kept-lists.ts';
import type { PeerRecord } from '../state/records.ts';
import type { CallHandlers, CallParts } from './call-parts.ts';

type HistoryCall =
  | 'jobs.again'
  | 'jobs.history'
  | 'jobs.entries'
  | 'jobs.forget'
  | 'jobs.problems'
  | 'jobs.speeds';

/** What can be asked about and done with jobs whose course is over; problems and speeds of running ones too. */
export function createHistoryCalls(parts: CallParts): Pick<CallHandlers, HistoryCall> {
  const { book, state, peers, sending, receiving } = parts;

  /** Whom a repeated job is for. @throws Failure `unknown-peer` for one that is not paired. */
  function targetOf(
    to: string | null,
    first: { readonly id: PeerRecord['id']; readonly name: string } | null,
  ) {
    if (to !== null) return peers.find(to);
    const peer = first === null ? null : peers.get(first.id);
    if (peer === null) throw new Failure('unknown-peer', { subject: first?.name ?? 'nobody' });
    return peer;
  }

  return {
    'jobs.again': async ({ job: prefix, to, only }, signal) => {
      const record = await state.jobs.findByPrefix(prefix);
      const { job, view, roles } = record;
      if (book.get(job) !== null || !ENDED_STATES.has(view.state)) {
        throw new Failure('usage', { subject: job, reason: 'has not ended' });
      }
      if (view.between !== null) {
        if (to !== null)
          throw new Failure('usage', { subject: job, reason: 'an order goes to where it went' });
        return await parts.orders.again(record, signal);
      }
      if (roles.includes('source')) return await sending.repeats.again(record, targetOf(to, view.peer), only);
      if (to !== null) throw new Failure('usage', { subject: job, reason: 'only its source can send it on' });
      return await receiving.askedAgain.ask(record, targetOf(null, view.peer), only, signal);
    },
    'jobs.history': async (page) => await findEnded(state, page),
    'jobs.forget': async ({ jobs }) => {
      const forgotten = await forgetJobs(state, jobs);
      await Promise.all(forgotten.map((job) => removeLists(parts.pool.lists, job)));
      for (const job of forgotten) parts.emit({ kind: 'job-removed', job });
      return { forgotten };
    },
    'jobs.problems': async ({ job, offset, limit }) =>
      await state.problems.page(await state.jobs.keyOf(job), offset, limit),
    'jobs.entries': async ({ job, offset, limit }) =>
      await jobEntries(parts, await book.find(job), offset, limit),
    'jobs.speeds': async ({ job }) => await book.speeds(job),
  };
}
