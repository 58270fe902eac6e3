import type { JobView } from '../../shared/job.ts';

/** What an entry weighs beside its bytes: making a file costs time too. */
const ENTRY_WEIGHT = 65_536;
/** Of the bar: what has arrived; the rest is syncing, naming and verifying. */
const ARRIVED_SHARE = 0.97;

/** Something is missing: however little, the bar is not full. */
const MOST_WHEN_PARTIAL = 0.99;

/** How far a job is, 0 to 1; null while nobody can tell. Rounded down by who shows it; 1 only when done. */
export function fractionOf(job: JobView): number | null {
  if (job.state === 'done') return 1;
  const { files, bytes, totalFiles, totalBytes, complete } = job.progress;
  if (!complete) return null;
  const total = totalBytes + totalFiles * ENTRY_WEIGHT;
  const arrived = bytes + files * ENTRY_WEIGHT;
  if (job.state === 'partial') return total === 0 ? 0 : Math.min(MOST_WHEN_PARTIAL, arrived / total);
  return total === 0 ? 0 : Math.min(1, arrived / total) * ARRIVED_SHARE;
}
