import type { JobView } from './job.ts';

/** What an entry weighs beside its bytes: making a file costs time too. */
const ENTRY_WEIGHT = 65_536;
/** Of the bar: what has arrived, then that it is synced and in its place; what is left is reading it back. */
const SHARES = {
  plain: { arrived: 0.97, placed: 1 },
  verified: { arrived: 0.75, placed: 0.78 },
} as const;
/** Something is missing, or still to do: however little, the bar is not full. */
const MOST_BEFORE_DONE = 0.99;

/**
 * How far a job is by itself, 0 to 1; null while nobody can tell. 1 only when it is done. `isRead`: it is read back
 * from disk before it counts as done.
 */
export function fractionOf(
  { state, progress, verification }: Pick<JobView, 'state' | 'progress' | 'verification'>,
  isRead: boolean,
): number | null {
  if (state === 'done') return 1;
  const { files, bytes, totalFiles, totalBytes, complete, phase } = progress;
  const total = totalBytes + totalFiles * ENTRY_WEIGHT;
  const arrived = total === 0 ? 0 : Math.min(1, (bytes + files * ENTRY_WEIGHT) / total);
  if (state === 'partial') return Math.min(MOST_BEFORE_DONE, arrived);
  if (!complete) return null;
  const share = SHARES[isRead ? 'verified' : 'plain'];
  if (state !== 'finishing') return arrived * share.arrived;
  if (phase !== 'verifying' || verification === null) return share.arrived;
  const read = verification.totalBytes === 0 ? 0 : verification.bytes / verification.totalBytes;
  return Math.min(MOST_BEFORE_DONE, share.placed + (1 - share.placed) * Math.min(1, read));
}
