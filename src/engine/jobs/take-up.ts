import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobKey, JobRecord } from '../state/records.ts';
import { failedResult } from '../transfer/failed-result.ts';
import type { JobParts } from './job-parts.ts';
import type { ReceivingJobs } from './receiving.ts';
import { NO_ENDS, type PullEnds } from './receiving-job.ts';
import { restoreSource } from './restored-source.ts';
import type { SendingJobs } from './sending.ts';
import { tidyParts } from './tidy-parts.ts';

interface TakenUp {
  readonly sending: SendingJobs;
  readonly receiving: ReceivingJobs;
  /** Takes up a job of an order; resting, whoever comes for it is told to come again. */
  readonly restoreOrder: (record: JobRecord, isResting: boolean) => Promise<boolean>;
}

/**
 * Takes up the jobs that had not ended when the last engine of this home did, before anybody can ask for them.
 * @param all false: the engine is there for one order only. Then the others rest: whoever comes for one of them
 *   is told to come again.
 */
export async function takeUpJobs(
  parts: JobParts,
  { sending, receiving, restoreOrder }: TakenUp,
  all: boolean,
): Promise<void> {
  for (const record of await parts.state.jobs.listOpen()) {
    try {
      if (record.view.between !== null) await restoreOrder(record, !all);
      else if (record.view.role === 'source') await takeUpSource(parts, sending, record, !all);
      else if (all) await takeUpPull(parts, receiving, record);
    } catch (error) {
      parts.log('error', 'job-not-taken-up', { failure: toFailure(error).toData() });
    }
  }
}

async function takeUpSource(
  parts: JobParts,
  sending: SendingJobs,
  record: JobRecord,
  isResting: boolean,
): Promise<void> {
  if (await restoreSource(parts, sending, record, isResting)) return;
  // A page may come back with its files. Without a grant nobody can come for the others.
  const { orderer, job, view } = record;
  if (view.sourceKind !== 'disk') return;
  const result = failedResult(new Failure('expired'));
  const nowMs = Date.now();
  const ended = { state: result.state, waitingFor: null, pausedBy: null, result } as const;
  await parts.state.jobs.update({ orderer, job }, { ...ended, sinceMs: nowMs, updatedMs: nowMs });
}

/** Takes up one pull. Returns whether it can be. @throws Failure of the state. */
export async function takeUpPull(
  { state, log }: Pick<JobParts, 'state' | 'log'>,
  receiving: ReceivingJobs,
  { orderer, job }: JobKey,
  ends: PullEnds = NO_ENDS,
): Promise<boolean> {
  const key = { orderer, job };
  await tidyParts({ state, log }, key);
  // As it is now, its parts included.
  const record = await state.jobs.get(key);
  return record !== null && (await receiving.restore(record, ends));
}
