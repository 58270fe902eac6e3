import { useEffect, useRef, useState } from 'react';

/** How often what may change. */
export const CADENCE = { barMs: 100, digitsMs: 500, causeMs: 1_000 } as const;

/**
 * `value`, but changing at most every `everyMs`, and not at all while the page is hidden. The last value
 * always comes through.
 */
export function useCadence<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const shownMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  latest.current = value;
  useEffect(() => {
    if (timer.current !== null || Object.is(shown, value)) return;
    const show = () => {
      timer.current = null;
      if (document.hidden) {
        timer.current = setTimeout(show, everyMs);
        return;
      }
      shownMs.current = performance.now();
      setShown(latest.current);
    };
    const waitMs = shownMs.current + everyMs - performance.now();
    if (waitMs <= 0 && !document.hidden) show();
    else timer.current = setTimeout(show, Math.max(0, waitMs));
  }, [value, shown, everyMs]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return shown;
}
