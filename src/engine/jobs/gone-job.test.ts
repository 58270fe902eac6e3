import { expect, it } from 'vitest';
import { goneAt } from './gone-job.ts';
import type { LiveJob } from './job-book.ts';

const DAY_MS = 24 * 3_600_000;
const nowMs = Date.UTC(2026, 0, 31);

/** A job that was ordered so long ago, and was last known to the engine of that epoch. */
function job(ageMs: number, knownIn: string | null) {
  return { knownIn, live: { view: { createdMs: nowMs - ageMs } } as LiveJob };
}

it.each([
  ['another run of the engine knew it: its state is lost', job(DAY_MS, 'before'), true, null],
  ['nobody has heard of it since this engine started', job(29 * DAY_MS, null), true, null],
  ['the very run that knew it has done with it', job(0, 'now'), true, 'unknown-job'],
  ['results are not kept for so long', job(31 * DAY_MS, null), true, 'unknown-job'],
  ['it cannot be offered again', job(DAY_MS, 'before'), false, 'peer-gone'],
])('%s', (_what, sending, isPaired, code) => {
  expect(goneAt(sending, 'bert', 'now', isPaired, nowMs)?.code ?? null).toBe(code);
});
