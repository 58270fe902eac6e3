import type { Failure } from '../../shared/failure.ts';
import type { JobResult } from '../../shared/job.ts';
import { NO_RUNGS } from '../../shared/job.ts';
import { NO_TIMES } from './stage-clock.ts';

/** Result of a job that ended before anything moved, or whose other end never told how it ended. */
export function failedResult(failure: Failure, seconds = 0): JobResult {
  const isStop = failure.code === 'cancelled' || failure.code === 'interrupted';
  return {
    state: isStop ? 'cancelled' : 'failed',
    files: 0,
    folders: 0,
    links: 0,
    bytes: 0,
    unchanged: 0,
    wireBytes: 0,
    reusedBytes: 0,
    clonedBytes: 0,
    from: { there: 0, here: 0, older: 0 },
    rungs: NO_RUNGS,
    predictedWireBytes: null,
    seconds,
    streams: 0,
    verified: false,
    problems: [],
    problemCount: 0,
    failure: failure.toData(),
    times: { source: NO_TIMES, destination: NO_TIMES },
  };
}
