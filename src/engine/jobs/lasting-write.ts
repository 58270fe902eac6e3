import { setTimeout as delay } from 'node:timers/promises';
import { type FailureCode, toFailure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';

/** What a disk may get over; anything else will be no better later. */
const PASSING: ReadonlySet<FailureCode> = new Set(['no-space', 'over-quota', 'read-only', 'io']);
const RETRY_MS = 1_000;

/**
 * Writes what must not be lost, such as how a job ended: while the disk of the home has no room for it, it is tried
 * again, so nobody hears of it before it is written. An engine that stops ends that.
 * @throws Failure of the state that no waiting helps.
 */
export async function writeLastingly(write: () => Promise<unknown>, log: Log): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await write();
      return;
    } catch (error) {
      const failure = toFailure(error);
      if (!PASSING.has(failure.code)) throw failure;
      if (tries === 0) log('error', 'state-has-no-room', { failure: failure.toData() });
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
