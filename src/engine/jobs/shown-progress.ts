import type { JobProgress, JobView } from '../../shared/job.ts';
import { fractionOf } from '../../shared/job-fraction.ts';

/**
 * Progress of a job as people see it: what was said to have come stays so while the job is listed anew, or fetches
 * again what an interruption has cost. What it ends with is what was reported.
 */
export function shownProgress(before: JobProgress, reported: JobProgress): JobProgress {
  const isBehind = reported.bytes < before.bytes || reported.files < before.files;
  const came = isBehind
    ? {
        files: Math.max(before.files, reported.files),
        bytes: Math.max(before.bytes, reported.bytes),
        from: before.from,
      }
    : {};
  const shown = { ...reported, ...came };
  const totals = {
    totalFiles: Math.max(shown.files, reported.totalFiles, reported.complete ? 0 : before.totalFiles),
    totalBytes: Math.max(shown.bytes, reported.totalBytes, reported.complete ? 0 : before.totalBytes),
  };
  return { ...shown, ...totals };
}

/** How far a job is, never less than was said before. `isRead` as for {@link fractionOf}. */
export function shownFraction(
  before: number | null,
  job: Pick<JobView, 'state' | 'progress' | 'verification'>,
  isRead: boolean,
): number | null {
  return highest(before, fractionOf(job, isRead));
}

/** The one that is further; null is not known. */
export function highest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
