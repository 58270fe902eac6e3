import { join } from 'node:path';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import { type EntryState, type JobEntry, type JobEntryPage } from '../../shared/job-entry.ts';
import { listName, type RowKind } from '../transfer/entry-rows.ts';
import { type KeptEntry, readEntryList } from '../transfer/read-entry-list.ts';
import { showPath } from '../wire/byte-name.ts';
import type { JobParts } from './job-parts.ts';

const TYPES: Readonly<Record<RowKind, JobEntry['type']>> = {
  file: 'file',
  folder: 'folder',
  link: 'link',
  problem: 'special',
};

/** The destination knows of each entry; a source only what was listed, and in the end what failed. */
function stateOf({ state }: KeptEntry, job: JobView): EntryState {
  if (state === 'there' || state === 'problem') return state;
  if (state === 'arrived') return 'copied';
  if (!ENDED_STATES.has(job.state)) return 'waiting';
  return job.state === 'done' || job.state === 'partial' ? 'copied' : 'not-copied';
}

/** A page of what a job is made of, as it is now; empty where no list was kept. */
export async function jobEntries(
  { pool, state }: Pick<JobParts, 'pool' | 'state'>,
  job: JobView,
  offset: number,
  limit: number,
): Promise<JobEntryPage> {
  const end = job.role === 'destination' ? 'destination' : 'source';
  const page = await readEntryList(join(pool.lists, listName(job.job, end)), offset, limit);
  if (page === null) return { entries: [], total: 0 };
  const shown = page.entries.map((entry) => ({ ...showPath(entry.path), entry }));
  const hasProblems = ENDED_STATES.has(job.state) && (job.result?.problemCount ?? 0) > 0;
  const problems = hasProblems
    ? await state.problems.at(
        await state.jobs.keyOf(job.job),
        shown.map(({ path }) => path),
      )
    : [];
  const codes = new Map(problems.map(({ path, code }) => [path, code]));
  const entries = shown.map(({ entry, ...path }): JobEntry => {
    const code = codes.get(path.path) ?? null;
    return {
      ...path,
      type: TYPES[entry.kind],
      bytes: entry.size,
      state: code === null ? stateOf(entry, job) : 'problem',
      code,
    };
  });
  return { entries, total: page.total };
}
