import { setTimeout as delay } from 'node:timers/promises';
import type { JobBook } from './jobs/job-book.ts';
import type { ReceivingJobs } from './jobs/receiving.ts';

/** How long a stopping engine waits for sources to learn how their jobs ended. */
const SETTLE_MS = 2_000;
const SETTLE_STEP_MS = 20;

/** Sources learn how their jobs ended before the links go; what has not ended waits for its peer. */
export async function settleJobs(receiving: ReceivingJobs, book: JobBook): Promise<void> {
  const untilMs = performance.now() + SETTLE_MS;
  while (!receiving.isSettled && performance.now() < untilMs) await delay(SETTLE_STEP_MS);
  for (const live of book.listLive()) {
    if (live.view.state !== 'waiting') book.update(live, { state: 'waiting', waitingFor: 'peer' });
  }
  await book.flush();
}
