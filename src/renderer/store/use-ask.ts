import { useCallback, useEffect, useRef } from 'react';
import type { CallInput, CallName, CallOutput } from '../../shared/engine-api.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useApp } from './app-context.ts';

/** Asks the engine; what goes wrong comes as a value. Calls end with the component that made them. */
export type Ask = <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
) => Promise<{ readonly output: CallOutput<Name> } | { readonly failure: Failure }>;

export function useAsk(): Ask {
  const { engine } = useApp();
  const ending = useRef<AbortController | null>(null);
  useEffect(() => () => ending.current?.abort(), []);
  return useCallback<Ask>(
    async (name, input) => {
      if (ending.current === null || ending.current.signal.aborted) ending.current = new AbortController();
      try {
        return { output: await engine.call(name, input, ending.current.signal) };
      } catch (error) {
        return { failure: toFailure(error) };
      }
    },
    [engine],
  );
}
