import { type DragEvent, useEffect, useRef, useState } from 'react';
import type { CopyPlace } from '../../../shared/browse.ts';
import { isFolderPlace, isWithin, placeKey } from '../../format/places.ts';
import { type EntryDrag, entryDragStore } from '../../store/entry-drag.ts';
import { type BrowseEntry, isOpenable } from './browse-entry.ts';
import type { Pane } from './use-pane.ts';

/** Held so long over a folder, it opens. */
const SPRING_MS = 700;

/** Whether letting go of `drag` copies it into `folder`. */
export function canDropInto(drag: EntryDrag, folder: CopyPlace): boolean {
  if (!isFolderPlace(folder) || placeKey(folder) === placeKey(drag.folder)) return false;
  return !drag.from.some((place) => isWithin(folder, place));
}

export interface PaneDrop {
  /** Name of the folder that would take it; '' is the one that is shown, null: nothing would. */
  readonly over: string | null;
  readonly handlers: {
    readonly onDragEnter: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Makes a pane a place to drop entries of either pane on: the folder shown, or one of those in it. */
export function usePaneDrop(
  pane: Pane,
  onCopy: (from: readonly CopyPlace[], to: CopyPlace) => void,
): PaneDrop {
  const [over, setOver] = useState<string | null>(null);
  const spring = useRef<{ readonly name: string; readonly timer: ReturnType<typeof setTimeout> } | null>(
    null,
  );
  const unwind = () => {
    if (spring.current !== null) clearTimeout(spring.current.timer);
    spring.current = null;
  };
  useEffect(() => unwind, []);

  const rowAt = (event: DragEvent): BrowseEntry | null => {
    if (!(event.target instanceof Element)) return null;
    const index = event.target.closest<HTMLElement>('[data-index]')?.dataset['index'];
    const entry = index === undefined ? undefined : pane.listing?.entries[Number(index)];
    return entry !== undefined && isOpenable(entry) ? entry : null;
  };
  const wind = (row: BrowseEntry | null) => {
    if (spring.current?.name === row?.name) return;
    unwind();
    if (row === null) return;
    const timer = setTimeout(() => {
      spring.current = null;
      setOver(null);
      pane.go(row.place, false);
    }, SPRING_MS);
    spring.current = { name: row.name, timer };
  };
  /** The folder under the pointer that would take it. */
  const targetOf = (event: DragEvent): { readonly name: string; readonly place: CopyPlace } | null => {
    const { drag } = entryDragStore.getState();
    const { listing } = pane;
    if (drag === null || listing === null) return null;
    const row = rowAt(event);
    wind(row === null || drag.from.some((place) => isWithin(row.place, place)) ? null : row);
    if (row !== null && (listing.canWrite || row.type === 'share') && canDropInto(drag, row.place)) {
      return { name: row.name, place: row.place };
    }
    return listing.canWrite && canDropInto(drag, listing.place) ? { name: '', place: listing.place } : null;
  };
  const look = (event: DragEvent) => {
    if (entryDragStore.getState().drag === null) return;
    const target = targetOf(event);
    setOver(target?.name ?? null);
    if (target === null) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  };
  return {
    over,
    handlers: {
      onDragEnter: look,
      onDragOver: look,
      onDragLeave: (event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && event.currentTarget.contains(to)) return;
        unwind();
        setOver(null);
      },
      onDrop: (event) => {
        const { drag } = entryDragStore.getState();
        const target = targetOf(event);
        unwind();
        setOver(null);
        if (drag === null || target === null) return;
        event.preventDefault();
        event.stopPropagation();
        entryDragStore.setState({ drag: null });
        onCopy(drag.from, target.place);
      },
    },
  };
}
