import type { EngineApi } from '../../../shared/engine-api.ts';
import { Failure, type FailureCode, toFailure } from '../../../shared/failure.ts';

/** Between two tries; not always the same, so that two devices that call each other do not keep colliding. */
export const RETRY_MS = 2_000;
const RETRY_SPREAD_MS = 500;

/** Both calling at once, and a link that was just closed, look like the last two; the next try finds out. */
const PASSING: ReadonlySet<FailureCode> = new Set(['pairing-closed', 'peer-gone', 'peer-misbehaved']);

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/**
 * Starts pairing with `target`, again and again until somebody there opens the window; resolves once the digits are
 * known. `endsMs` is Unix ms. @throws Failure what ended it: `pairing-closed` when nobody opened it in time.
 */
export async function callUntilOpen(
  engine: Pick<EngineApi, 'call'>,
  target: string,
  endsMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await engine.call('pair.start', { target }, signal);
      return;
    } catch (error) {
      const failure = toFailure(error);
      if (signal.aborted || !PASSING.has(failure.code) || Date.now() + RETRY_MS > endsMs) throw failure;
    }
    await pause(RETRY_MS + Math.random() * RETRY_SPREAD_MS, signal);
    if (signal.aborted) throw new Failure('cancelled');
  }
}
