import type { Failure } from '../../shared/failure.ts';
import type { JobResult } from '../../shared/job.ts';
import type { PullTally } from './pull-tally.ts';

/** What a result says beside the counts. */
interface PullEnd
  extends Pick<JobResult, 'state' | 'wireBytes' | 'seconds' | 'streams' | 'verified' | 'times'> {
  readonly failure: Failure | null;
}

/** The result of a pull as it is stored, told and shown. */
export function toPullResult(tally: PullTally, end: PullEnd): JobResult {
  return {
    ...end,
    files: tally.files,
    folders: tally.folders,
    links: tally.links,
    bytes: tally.totalBytes,
    unchanged: tally.unchanged,
    reusedBytes: 0,
    clonedBytes: 0,
    problems: tally.problems,
    problemCount: tally.problemCount,
    failure: end.failure?.toData() ?? null,
  };
}
