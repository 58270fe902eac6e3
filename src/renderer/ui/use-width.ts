import { useSyncExternalStore } from 'react';

/** The three layouts: one column, rail and list, rail and list and detail. */
export type Width = 'narrow' | 'medium' | 'wide';

const MEDIUM = '(min-width: 720px)';
const WIDE = '(min-width: 1120px)';

function subscribe(listener: () => void): () => void {
  const queries = [matchMedia(MEDIUM), matchMedia(WIDE)];
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}

function read(): Width {
  if (matchMedia(WIDE).matches) return 'wide';
  return matchMedia(MEDIUM).matches ? 'medium' : 'narrow';
}

export function useWidth(): Width {
  return useSyncExternalStore(subscribe, read);
}
