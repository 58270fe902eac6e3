import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { CopyPlace } from '../../shared/browse.ts';

/** What is being dragged out of a pane; within this window only. */
export interface EntryDrag {
  readonly from: readonly CopyPlace[];
  /** The folder they are all in. */
  readonly folder: CopyPlace;
  /** Short id of the device they are over. */
  readonly overPeer: string | null;
}

export const entryDragStore = createStore<{ readonly drag: EntryDrag | null }>(() => ({ drag: null }));

export function useEntryDrag<Part>(select: (drag: EntryDrag | null) => Part): Part {
  return useStore(entryDragStore, (state) => select(state.drag));
}

/** Type of the drag's data, so that other pages and programs take nothing from it. */
export const ENTRY_DRAG_TYPE = 'application/x-ferry-entries';
