import { useCallback, useEffect, useRef, useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';

export interface CallState {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** Runs one thing at a time; what is still running is given up. Never rejects. */
  readonly run: (work: (signal: AbortSignal) => Promise<void>) => Promise<void>;
  readonly clear: () => void;
}

/** For what a button starts: whether it runs, and how it failed. Aborted when the screen that asked is gone. */
export function useCall(): CallState {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = useCallback(async (work: (signal: AbortSignal) => Promise<void>) => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setBusy(true);
    setFailure(null);
    try {
      await work(own.signal);
    } catch (error) {
      if (!own.signal.aborted) setFailure(toFailure(error));
    }
    if (running.current === own) setBusy(false);
  }, []);
  const clear = useCallback(() => setFailure(null), []);
  return { isBusy, failure, run, clear };
}
