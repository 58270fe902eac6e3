import { lstat } from 'node:fs/promises';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import type { JobRecord } from '../state/records.ts';
import type { StateClient } from '../state/state-client.ts';

/**
 * Takes ended jobs off the list, all of them or none. What a job left on disk has to be cleaned up first:
 * nothing else would list it.
 * @throws Failure `unknown-job`, `ambiguous`, `usage` for one that has not ended or still has parts.
 */
export async function forgetJobs(state: StateClient, prefixes: readonly string[]): Promise<readonly JobId[]> {
  const records = new Map<JobId, JobRecord>();
  for (const prefix of prefixes) {
    const record = await state.jobs.findByPrefix(prefix);
    if (!ENDED_STATES.has(record.view.state)) {
      throw new Failure('usage', { subject: record.job, reason: 'has not ended' });
    }
    records.set(record.job, record);
  }
  for (const record of records.values()) await forgetGoneParts(state, record);
  await Promise.all([...records.values()].map((record) => state.jobs.remove(toKey(record))));
  return [...records.keys()];
}

function toKey({ orderer, job }: JobRecord) {
  return { orderer, job };
}

async function forgetGoneParts(state: StateClient, record: JobRecord): Promise<void> {
  const parts = await state.parts.list(toKey(record));
  for (const { path } of parts) {
    if (await exists(Buffer.from(path))) {
      throw new Failure('usage', { subject: record.job, reason: 'has parts' });
    }
  }
  if (parts.length > 0) {
    await state.parts.remove(
      toKey(record),
      parts.map(({ path }) => path),
    );
  }
}

async function exists(path: Buffer): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    // What cannot be looked at may still be there.
    return toFailure(error).code !== 'vanished';
  }
}
