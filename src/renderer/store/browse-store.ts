import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { CopyPlace } from '../../shared/browse.ts';
import { viewStore } from './view-store.ts';

export const PANE_SIDES = ['left', 'right'] as const;
export type PaneSide = (typeof PANE_SIDES)[number];

/** Where the two panes are; kept while other views are shown. */
export interface BrowseState {
  /** Null: wherever it begins by itself. */
  readonly places: Readonly<Record<PaneSide, CopyPlace | null>>;
  /** The one that was used last: what is chosen there can be copied to the other. */
  readonly active: PaneSide;
  /** The copy that was begun from here last. */
  readonly lastJob: string | null;
}

export const browseStore = createStore<BrowseState>(() => ({
  places: { left: null, right: null },
  active: 'left',
  lastJob: null,
}));

export function useBrowse<Part>(select: (state: BrowseState) => Part): Part {
  return useStore(browseStore, select);
}

export function goTo(side: PaneSide, place: CopyPlace): void {
  browseStore.setState(({ places }) => ({ places: { ...places, [side]: place } }));
}

/** Shows these places beside each other; null is where a pane begins by itself. */
export function openBrowse(places: BrowseState['places']): void {
  browseStore.setState({ places, active: 'left' });
  viewStore.setState({ view: 'browse', selectedJob: null, selectedPeer: null });
}

export function otherSide(side: PaneSide): PaneSide {
  return side === 'left' ? 'right' : 'left';
}
