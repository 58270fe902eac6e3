import { setTimeout as delay } from 'node:timers/promises';
import { type Failure, type FailureCode, toFailure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';

/** What a disk may get over; anything else will be no better later. */
const PASSING: ReadonlySet<FailureCode> = new Set(['home-full', 'no-space', 'over-quota', 'read-only', 'io']);
const RETRY_MS = 1_000;

/**
 * Writes what must not be lost, such as how a job ended: while the disk of the home has no room for it, it is tried
 * again, so nobody hears of it before it is written. An engine that stops ends that.
 * @param onTrouble hears what is in the way, each time that it is something else.
 * @throws Failure of the state that no waiting helps.
 */
export async function writeLastingly(
  write: () => Promise<unknown>,
  log: Log,
  onTrouble: (failure: Failure) => void = () => undefined,
): Promise<void> {
  for (let trouble: FailureCode | null = null; ; ) {
    try {
      await write();
      return;
    } catch (error) {
      const failure = toFailure(error);
      if (!PASSING.has(failure.code)) throw failure;
      if (failure.code !== trouble) {
        log('error', 'state-has-no-room', { failure: failure.toData() });
        onTrouble(failure);
      }
      trouble = failure.code;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
