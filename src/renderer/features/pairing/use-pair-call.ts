import { useEffect, useState } from 'react';
import { type Failure, toFailure } from '../../../shared/failure.ts';
import { useApp } from '../../store/app-context.ts';
import { callUntilOpen } from './call-until-open.ts';

/** As long as a pairing window is open. */
export const CALL_MS = 120_000;
export interface PairCall {
  /** Unix ms until which it is tried. */
  readonly endsMs: number;
  readonly failure: Failure | null;
  readonly again: () => void;
}

/** Calls the device `shortId` to pair for two minutes; `null` calls nobody. The digits come by event. */
export function usePairCall(shortId: string | null): PairCall {
  const { engine } = useApp();
  const [attempt, setAttempt] = useState(0);
  const [call, setCall] = useState<{ endsMs: number; failure: Failure | null }>(() => ({
    endsMs: Date.now() + CALL_MS,
    failure: null,
  }));
  // `attempt` stands for the wish to try once more.
  useEffect(() => {
    if (shortId === null) return undefined;
    const ending = new AbortController();
    const endsMs = Date.now() + CALL_MS;
    setCall({ endsMs, failure: null });
    callUntilOpen(engine, shortId, endsMs, ending.signal).catch((error: unknown) => {
      if (!ending.signal.aborted) setCall({ endsMs, failure: toFailure(error) });
    });
    return () => ending.abort();
  }, [engine, shortId, attempt]);
  return { ...call, again: () => setAttempt((count) => count + 1) };
}
