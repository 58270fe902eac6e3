import { useCallback, useEffect } from 'react';
import { useApp } from '../../store/app-context.ts';

/** Keeps this device open for pairing while the screen that asks for it stands; `open` opens it anew. */
export function usePairWindow(isWanted: boolean): { readonly open: () => void } {
  const { engine } = useApp();
  const open = useCallback(() => {
    // Nothing to say when it fails: the countdown that does not come says it.
    engine.call('pair.open', {}, new AbortController().signal).catch(() => undefined);
  }, [engine]);
  useEffect(() => {
    if (!isWanted) return undefined;
    open();
    return () => {
      engine.call('pair.close', {}, new AbortController().signal).catch(() => undefined);
    };
  }, [engine, open, isWanted]);
  return { open };
}
