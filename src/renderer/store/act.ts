import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { CallInput, CallName, CallOutput, EngineApi } from '../../shared/engine-api.ts';
import { type FailureData, toFailure } from '../../shared/failure.ts';

/** What a person asked for and did not get, by job; shown on that job until it is asked again or goes. */
const refusals = createStore<Readonly<Record<string, FailureData>>>(() => ({}));

const MAX_REFUSALS = 200;

function refuse(job: string, failure: FailureData | null): void {
  refusals.setState((state) => {
    const rest = Object.entries(state).filter(([key]) => key !== job);
    const kept = rest.slice(-MAX_REFUSALS);
    return Object.fromEntries(failure === null ? kept : [...kept, [job, failure]]);
  }, true);
}

/** Why the last thing asked of `job` did not happen. */
export function useRefusal(job: string): FailureData | null {
  return useStore(refusals, (state) => state[job] ?? null);
}

/**
 * Has the engine do something for a person. It goes on when the button that asked for it is gone. `about` is
 * where a refusal shows (a job, an offer). Null: refused.
 */
export async function act<Name extends CallName>(
  engine: EngineApi,
  about: string,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name> | null> {
  refuse(about, null);
  try {
    return await engine.call(name, input, new AbortController().signal);
  } catch (error) {
    refuse(about, toFailure(error).toData());
    return null;
  }
}
