import type { FailureData } from '../../shared/failure.ts';
import type { JobResult, Problem } from '../../shared/job.ts';
import type { JobEndedMessage } from '../wire/job-messages.ts';

/** Problems that travel with a result; the rest is only counted. A frame of 1 MiB holds them. */
const MAX_SENT_PROBLEMS = 1_000;
const MAX_SENT_BYTES = 512 * 1024;

/** A result for the wire: as many problems as fit. */
export function toResultMessage(result: JobResult): JobEndedMessage['result'] {
  const problems: JobEndedMessage['result']['problems'] = [];
  let bytes = 0;
  for (const problem of result.problems.slice(0, MAX_SENT_PROBLEMS)) {
    bytes += (problem.path.length + (problem.pathBase64?.length ?? 0)) * 4 + 100;
    if (bytes > MAX_SENT_BYTES) break;
    problems.push({
      ...problem,
      ...(problem.reason === undefined ? {} : { reason: problem.reason.slice(0, 200) }),
    });
  }
  const failure = result.failure === null ? null : shortFailure(result.failure);
  return { ...result, problems, failure, times: result.times };
}

function shortFailure(failure: FailureData): NonNullable<JobEndedMessage['result']['failure']> {
  return {
    code: failure.code,
    // The destination's own paths are nobody else's business; the source names the job itself.
    ...(failure.reason === undefined ? {} : { reason: failure.reason.slice(0, 200) }),
  };
}

/** A result from the wire. */
export function fromResultMessage(message: JobEndedMessage['result']): JobResult {
  const { failure } = message;
  return {
    ...message,
    problems: message.problems.map(toProblem),
    failure: failure === null ? null : toFailureData(failure),
  };
}

function toProblem(problem: JobEndedMessage['result']['problems'][number]): Problem {
  const { path, pathBase64, code, reason } = problem;
  return {
    path,
    code,
    ...(pathBase64 === undefined ? {} : { pathBase64 }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function toFailureData(failure: NonNullable<JobEndedMessage['result']['failure']>): FailureData {
  const { code, subject, reason } = failure;
  return {
    code,
    ...(subject === undefined ? {} : { subject }),
    ...(reason === undefined ? {} : { reason }),
  };
}
