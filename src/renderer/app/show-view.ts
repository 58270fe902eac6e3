import { type MainView, viewStore } from '../store/view-store.ts';

/** Views that need the whole width: what stood beside another one closes. */
const ALONE: ReadonlySet<MainView> = new Set(['browse', 'settings']);

/** Goes to a view. The job or device beside it stays, where there is room for it. */
export function showView(view: MainView): void {
  viewStore.setState((state) => ({
    view,
    ...(ALONE.has(view) && state.view !== view ? { selectedJob: null, selectedPeer: null } : {}),
  }));
}
