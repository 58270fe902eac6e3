import { READ_BACK } from '../../shared/failure.ts';
import { type JobResult, MAX_PROBLEMS, type Verification } from '../../shared/job.ts';

/** How a job ends that was to be read back, once it was: damage fails it, what somebody has changed is listed. */
export function afterVerification(result: JobResult, verification: Verification): JobResult {
  const { state, failure, damaged, problems, problemCount } = verification;
  if (failure?.code === 'cancelled') return { ...result, state: 'cancelled', verified: false, failure };
  if (state === 'failed') return { ...result, state: 'failed', verified: false, failure };
  const listed = {
    ...result,
    problems: [...problems, ...result.problems].slice(0, MAX_PROBLEMS),
    problemCount: result.problemCount + problemCount,
  };
  if (damaged > 0) {
    return {
      ...listed,
      state: 'failed',
      verified: false,
      failure: { code: 'integrity', reason: READ_BACK },
    };
  }
  return problemCount > 0 ? { ...listed, state: 'partial', verified: false } : result;
}
