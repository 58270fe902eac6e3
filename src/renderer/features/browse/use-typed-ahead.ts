import { useCallback, useState } from 'react';
import type { ListKey } from './list-meaning.ts';

/** Nobody types more than this while a folder opens; what leans on a key is let go of. */
const MAX_KEYS = 32;

/** Keys that were pressed while another folder was being opened: they are meant for what it holds. */
export interface TypedAhead {
  /** The first that is still to be done. */
  readonly next: ListKey | undefined;
  readonly keep: (key: ListKey) => void;
  /** The first has been done. */
  readonly done: () => void;
  /** None of them counts any more: something else was done meanwhile. */
  readonly drop: () => void;
}

/** Keeps them in the order in which they were pressed; who shows the folder takes one after the other. */
export function useTypedAhead(): TypedAhead {
  const [keys, setKeys] = useState<readonly ListKey[]>([]);
  const keep = useCallback(({ key, ctrlKey, metaKey, altKey, shiftKey }: ListKey) => {
    setKeys((kept) =>
      kept.length < MAX_KEYS ? [...kept, { key, ctrlKey, metaKey, altKey, shiftKey }] : kept,
    );
  }, []);
  const done = useCallback(() => setKeys((kept) => kept.slice(1)), []);
  const drop = useCallback(() => setKeys((kept) => (kept.length === 0 ? kept : [])), []);
  return { next: keys[0], keep, done, drop };
}
