import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toFailure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';
import type { StateClient } from '../state/state-client.ts';
import { LIST_SUFFIXES, listName } from '../transfer/entry-rows.ts';

/** Lists of the latest jobs are kept up to so many bytes in all. */
const MAX_LISTS_BYTES = 256 * 1024 * 1024;

/** Removes what is kept of a job's entries. */
export async function removeLists(folder: string, job: string): Promise<void> {
  for (const end of ['source', 'destination'] as const) {
    for (const suffix of LIST_SUFFIXES) await rm(join(folder, listName(job, end) + suffix), { force: true });
  }
}

interface KeptList {
  readonly job: string;
  bytes: number;
  changedMs: number;
}

async function findLists(folder: string): Promise<readonly KeptList[]> {
  const lists = new Map<string, KeptList>();
  for (const name of await readdir(folder)) {
    const job = name.slice(0, name.indexOf('-'));
    const { size, mtimeMs } = await stat(join(folder, name));
    const list = lists.get(job) ?? { job, bytes: 0, changedMs: 0 };
    list.bytes += size;
    list.changedMs = Math.max(list.changedMs, mtimeMs);
    lists.set(job, list);
  }
  return [...lists.values()].toSorted((one, other) => other.changedMs - one.changedMs);
}

/** Removes lists of jobs that are forgotten, and the oldest of the others where they take too much room. */
export async function pruneLists(
  state: Pick<StateClient, 'jobs'>,
  folder: string,
  log: Log,
  maxBytes = MAX_LISTS_BYTES,
): Promise<void> {
  try {
    let bytes = 0;
    for (const list of await findLists(folder)) {
      bytes += list.bytes;
      const isKnown = await state.jobs.keyOf(list.job).then(
        () => true,
        () => false,
      );
      if (!isKnown || bytes > maxBytes) await removeLists(folder, list.job);
    }
  } catch (error) {
    log('warn', 'lists-not-pruned', { failure: toFailure(error).toData() });
  }
}
