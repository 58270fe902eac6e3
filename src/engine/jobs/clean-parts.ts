import { rm } from 'node:fs/promises';
import { Failure, toFailure } from '../../shared/failure.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import type { JobKey } from '../state/records.ts';
import type { StateClient } from '../state/state-client.ts';

/**
 * Removes the parts that ended jobs left on disk, and forgets those that are gone. Each is removed before it
 * is forgotten, so an interrupted clean-up is simply run again.
 * @param only of this job alone.
 * @returns the paths that were removed. @throws Failure of the first one that cannot be removed.
 */
export async function cleanParts(state: StateClient, only: JobKey | null = null): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { orderer, job, path } of await state.parts.listAll()) {
    if (only !== null && (only.orderer !== orderer || only.job !== job)) continue;
    const record = await state.jobs.get({ orderer, job });
    if (record !== null && !ENDED_STATES.has(record.view.state)) continue;
    const bytes = Buffer.from(path);
    const shown = bytes.toString('utf8');
    if (!shown.endsWith('.part')) throw new Failure('internal', { subject: shown, reason: 'not a part' });
    try {
      await rm(bytes, { recursive: true, force: true });
    } catch (error) {
      throw toFailure(error, shown, 'io');
    }
    await state.parts.remove({ orderer, job }, [path]);
    await state.claims.dropAll({ orderer, job });
    removed.push(shown);
  }
  return removed;
}
