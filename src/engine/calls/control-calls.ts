import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { CancelKeep, JobView } from '../../shared/job.ts';
import { cleanParts } from '../jobs/clean-parts.ts';
import type { LiveJob } from '../jobs/job-book.ts';
import { takeUpPull } from '../jobs/take-up.ts';
import type { CallHandlers, CallParts } from './call-parts.ts';

type ControlCall =
  | 'jobs.pause'
  | 'jobs.resume'
  | 'jobs.cancel'
  | 'jobs.interrupt'
  | 'jobs.answer'
  | 'jobs.reorder';

/** Steering jobs on their way, from either side of them. */
export function createControlCalls(parts: CallParts): Pick<CallHandlers, ControlCall> {
  const { book, state, pool, sending, receiving } = parts;

  async function pause(prefix: string, isPaused: boolean): Promise<JobView> {
    const live = await book.findLive(prefix);
    const { job } = live.key;
    if (!isPaused && parts.gate.release(live)) return live.view;
    const isOurs = (await sending.pause(job, isPaused)) || (await receiving.pause(job, isPaused));
    if (!isOurs) throw new Failure('unknown-job', { subject: prefix, reason: 'has ended' });
    // Whoever is told that it holds may count on it, also when this process is killed next.
    await book.flush();
    return await book.find(job);
  }

  async function cancel(prefix: string, keep: CancelKeep): Promise<JobView> {
    const { job } = await book.find(prefix);
    const isOurs =
      (await sending.stop(job, 'cancelled', keep)) || (await receiving.stop(job, 'cancelled', keep));
    if (!isOurs && !(keep === 'arrived' && (await finishUndriven(job)))) await endUndriven(job, keep);
    return await book.find(job);
  }

  /** Who ordered it leaves. What somebody has accepted can go on another time; anything else is over. */
  async function leave(prefix: string): Promise<JobView> {
    const { job } = await book.find(prefix);
    if (sending.isUnanswered(job)) await sending.stop(job, 'interrupted', 'parts');
    return await book.find(job);
  }

  /** Takes a pull up that an earlier engine left, so that what arrived whole of it gets its place. */
  async function finishUndriven(job: JobId): Promise<boolean> {
    const record = await state.jobs.findByPrefix(job);
    if (record.view.role !== 'destination' || record.view.state !== 'waiting') return false;
    return (
      (await takeUpPull(parts, receiving, record)) && (await receiving.stop(job, 'cancelled', 'arrived'))
    );
  }

  /** A job that an earlier engine left: nobody drives it any more, so it simply ends. */
  async function endUndriven(prefix: string, keep: CancelKeep): Promise<void> {
    const { orderer, job, view } = await state.jobs.findByPrefix(prefix);
    if (view.state !== 'waiting') return;
    const key = { orderer, job };
    const nowMs = Date.now();
    const ended = { state: 'cancelled', waitingFor: null, pausedBy: null, cancelledBy: 'here' } as const;
    await state.jobs.update(key, { ...ended, sinceMs: nowMs, updatedMs: nowMs });
    await state.claims.dropAll(key);
    await state.grants.revokeByJob(key);
    pool.post(job, { kind: 'end-serve', job });
    if (keep === 'nothing') await cleanParts(state, key);
    parts.emit({ kind: 'job-changed', job: await book.find(job) });
  }

  /** Only the destination has the queue; there a source may move its own jobs. */
  function reorderThere({ view, key }: LiveJob, before: LiveJob | null): void {
    const isBoth =
      before === null || (before.view.role === 'source' && before.view.peer?.id === view.peer?.id);
    const isQueued = view.queuePlace !== null && (before === null || before.view.queuePlace !== null);
    if (!isBoth || !isQueued) throw new Failure('usage', { subject: key.job, reason: 'not in one queue' });
    const link = view.peer === null ? null : parts.links.get(view.peer.id);
    if (link === null) throw new Failure('peer-gone', { subject: view.peer?.name ?? '' });
    link.send({ kind: 'job-reorder', job: key.job, before: before?.key.job ?? null });
  }

  return {
    'jobs.pause': async ({ job }) => await pause(job, true),
    'jobs.resume': async ({ job }) => await pause(job, false),
    'jobs.cancel': async ({ job, keep }) => await cancel(job, keep),
    'jobs.interrupt': async ({ job }) => await leave(job),
    'jobs.reorder': async ({ job: prefix, before: beforePrefix }) => {
      const live = await book.findLive(prefix);
      const before = beforePrefix === null ? null : await book.findLive(beforePrefix);
      if (live.view.role === 'source') reorderThere(live, before);
      else receiving.reorder(live.key.job, before?.key.job ?? null);
      return live.view;
    },
    'jobs.answer': async ({ job: prefix, policy, choices }) => {
      const { job } = (await book.findLive(prefix)).key;
      if (!(await receiving.answer(job, { policy, choices }))) {
        throw new Failure('usage', { subject: prefix, reason: 'the destination is asked, not the source' });
      }
      return await book.find(job);
    },
  };
}
