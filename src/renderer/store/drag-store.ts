import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Files that are held over this window. */
export interface FileDrag {
  /** How many, as far as the browser tells before they are let go. */
  readonly items: number;
  /** Short id of the device they are over. */
  readonly overPeer: string | null;
}

export const dragStore = createStore<{ readonly drag: FileDrag | null }>(() => ({ drag: null }));

export function useDrag<Part>(select: (drag: FileDrag | null) => Part): Part {
  return useStore(dragStore, (state) => select(state.drag));
}
