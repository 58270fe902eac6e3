import { type KeyboardEvent, useEffect } from 'react';
import { type ListKey, listMeaning } from './list-meaning.ts';
import type { Pane } from './use-pane.ts';

/**
 * Keys of what stands in a pane, rows or their lack: `press` does one and says whether it was for it. While another
 * folder is being opened they wait for that: what is on the screen then is not what they are meant for.
 */
export function usePaneKeys(
  { isGoing, typedAhead }: Pane,
  press: (key: ListKey) => boolean,
): (event: KeyboardEvent) => void {
  const { next, done, keep, drop } = typedAhead;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one key each time, with what the one before has changed
  useEffect(() => {
    if (isGoing || next === undefined) return;
    press(next);
    done();
  }, [isGoing, next]);
  return (event) => {
    const isWaiting = isGoing || next !== undefined;
    if (isWaiting && event.key === 'Escape') drop();
    else if (isWaiting && listMeaning(event, 1) !== null) keep(event);
    else if (isWaiting || !press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
