import type { CheckContext, Found } from './doctor-parts.ts';

/** No clock that is right shows less than when this was written. */
const WRITTEN_MS = Date.UTC(2026, 10, 1);
/** Clocks are set by hand and corrected; less than a day is no reason to warn. */
const TOLERANCE_MS = 24 * 3_600_000;

/** Whether the clock can be right: after this program was written, and not before what is remembered here. */
export async function checkClock(
  { parts }: Pick<CheckContext, 'parts'>,
  nowMs = Date.now(),
): Promise<Found<'clock'>> {
  const shown = new Date(nowMs).toISOString();
  if (nowMs < WRITTEN_MS) return { finding: 'in-the-past', subjects: [shown] };
  const known = [
    ...parts.peers.list().map((peer) => peer.pairedMs),
    ...(await parts.book.list()).map((job) => job.updatedMs),
  ];
  const newestMs = known.reduce((newest, ms) => Math.max(newest, ms), 0);
  if (newestMs > nowMs + TOLERANCE_MS) {
    return { finding: 'went-back', subjects: [shown, new Date(newestMs).toISOString()] };
  }
  return { finding: 'plausible', subjects: [shown] };
}
