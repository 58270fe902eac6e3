import type { Failure, FailureCode } from '../../shared/failure.ts';

/** What one entry cannot get over but the next could not either: the job as a whole fails. */
const WHOLE_JOB: ReadonlySet<FailureCode> = new Set([
  'no-space',
  'no-inodes',
  'over-quota',
  'read-only',
  'io',
  'too-many-open-files',
  'peer-misbehaved',
  'integrity',
  'internal',
]);

export function failsWholeJob(failure: Failure): boolean {
  return WHOLE_JOB.has(failure.code);
}
