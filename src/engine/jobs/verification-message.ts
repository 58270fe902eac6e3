import type { Verification } from '../../shared/job.ts';
import type { JobVerificationMessage } from '../wire/job-messages.ts';

type Told = JobVerificationMessage['verification'];

/** What is told of it; our own paths are nobody else's business. */
export function toVerificationMessage(verification: Verification): Told {
  const { failure, problems } = verification;
  return {
    ...verification,
    problems: problems.map((problem) => ({ ...problem })),
    failure:
      failure === null
        ? null
        : {
            code: failure.code,
            ...(failure.reason === undefined ? {} : { reason: failure.reason.slice(0, 200) }),
          },
  };
}

/** The opposite. */
export function fromVerificationMessage(told: Told): Verification {
  const { failure } = told;
  return {
    ...told,
    problems: told.problems.map(({ path, pathBase64, code, reason }) => ({
      path,
      code,
      ...(pathBase64 === undefined ? {} : { pathBase64 }),
      ...(reason === undefined ? {} : { reason }),
    })),
    failure:
      failure === null
        ? null
        : { code: failure.code, ...(failure.reason === undefined ? {} : { reason: failure.reason }) },
  };
}
