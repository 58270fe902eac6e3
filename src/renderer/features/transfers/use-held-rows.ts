import { useRef, useState } from 'react';

/** What a person has just asked for may still move rows for so long. */
const FOLLOWS_MS = 1_500;

/**
 * Rows as they were while a hand is on them, without those that are gone; and how many are not shown. What comes
 * behind the last of them moves nothing and shows at once.
 */
export function holdRows(
  before: readonly string[],
  now: readonly string[],
  exists: (row: string) => boolean,
): { readonly rows: readonly string[]; readonly unseen: number } {
  const rows = before.filter(exists);
  const shown = new Set(rows);
  const last = now.lastIndexOf(rows.at(-1) ?? '');
  const fresh = now.filter((row, index) => !shown.has(row) && (last < 0 || index < last));
  const behind = last < 0 ? [] : now.slice(last + 1).filter((row) => !shown.has(row));
  return { rows: [...rows, ...behind], unseen: fresh.length };
}

export interface HeldRows {
  readonly rows: readonly string[];
  /** New rows that wait until pointer and focus are elsewhere. */
  readonly unseen: number;
  /** Shows them now. */
  readonly release: () => void;
  /** The pointer came or went. */
  readonly setPointer: (isInside: boolean) => void;
  readonly setFocus: (isInside: boolean) => void;
}

/**
 * Keeps rows where they are while pointer or focus is among them. A new `epoch` (another filter, something begun
 * by this person) lets go at once.
 */
export function useHeldRows(
  now: readonly string[],
  epoch: string,
  exists: (row: string) => boolean,
): HeldRows {
  const [hands, setHands] = useState({ pointer: false, focus: false });
  const [released, setReleased] = useState(0);
  const held = useRef<{ rows: readonly string[]; epoch: string; sinceMs: number }>({
    rows: now,
    epoch: '',
    sinceMs: 0,
  });
  const key = `${epoch} ${released}`;
  if (held.current.epoch !== key) held.current = { rows: now, epoch: key, sinceMs: performance.now() };
  const isHeld =
    (hands.pointer || hands.focus) &&
    held.current.rows.length > 0 &&
    performance.now() - held.current.sinceMs > FOLLOWS_MS;
  const shown = isHeld ? holdRows(held.current.rows, now, exists) : { rows: now, unseen: 0 };
  held.current = { ...held.current, rows: shown.rows };
  return {
    ...shown,
    release: () => setReleased((count) => count + 1),
    setPointer: (pointer) => setHands((old) => (old.pointer === pointer ? old : { ...old, pointer })),
    setFocus: (focus) => setHands((old) => (old.focus === focus ? old : { ...old, focus })),
  };
}
