import { useCallback, useEffect, useState } from 'react';
import { type Failure } from '../../../shared/failure.ts';
import type { ShareView } from '../../../shared/share.ts';
import { useEngine } from '../../store/app-context.ts';
import { useAsk } from '../../store/use-ask.ts';

export interface Shares {
  /** Null until the engine has said. */
  readonly shares: readonly ShareView[] | null;
  readonly failure: Failure | null;
  readonly reload: () => void;
}

/** The folders this device shares. */
export function useShares(): Shares {
  const ask = useAsk();
  const [state, setState] = useState<Pick<Shares, 'shares' | 'failure'>>({ shares: null, failure: null });
  const reload = useCallback(() => {
    void ask('shares.list', {}).then((answer) => {
      if ('output' in answer) setState({ shares: answer.output, failure: null });
      else if (answer.failure.code !== 'cancelled') setState({ shares: null, failure: answer.failure });
    });
  }, [ask]);
  // Another window, or a command, may have changed them.
  const version = useEngine((engine) => engine.sharesVersion);
  useEffect(reload, [reload, version]);
  return { ...state, reload };
}
