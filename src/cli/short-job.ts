import type { JobId } from '../shared/ids.ts';

/** Characters of a job's id that a person is shown; `ferry jobs` takes any unique prefix. */
const SHORT_JOB = 8;

export function shortJob(job: JobId): string {
  return job.slice(0, SHORT_JOB);
}
