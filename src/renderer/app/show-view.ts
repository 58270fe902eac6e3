import { type MainView, viewStore } from '../store/view-store.ts';

/** Goes to a view. What stood over it closes; the job or device beside it stays. */
export function showView(view: MainView): void {
  viewStore.setState((state) => ({
    view,
    ...(view === 'settings' && state.view !== 'settings' ? { selectedJob: null, selectedPeer: null } : {}),
  }));
}
