import { createStore } from 'zustand/vanilla';
import type { CopyPlace } from '../../shared/browse.ts';

export type MainView = 'transfers' | 'devices' | 'browse' | 'settings';
export type JobFilter = 'all' | 'active' | 'needs-you' | 'waiting' | 'finished';

/** What takes the place over the screen; one at a time. */
export type Dialog =
  /** `join`: with this invite, filled in. */
  | {
      readonly kind: 'pair';
      readonly shortId: string | null;
      readonly join?: { readonly address: string; readonly code: string };
    }
  /** `address`: filled in. */
  | { readonly kind: 'add-address'; readonly address?: string }
  | { readonly kind: 'doctor'; readonly target: string | null }
  | { readonly kind: 'choose-devices' }
  /** `withGroup`: all copies of the same order that have not ended. */
  | { readonly kind: 'cancel-job'; readonly job: string; readonly withGroup?: boolean }
  | { readonly kind: 'send-again'; readonly job: string }
  | { readonly kind: 'answer-conflict'; readonly job: string }
  | { readonly kind: 'copy-to'; readonly peer: string; readonly from: readonly CopyPlace[] }
  /** `job`: what did not work; null is nothing special. */
  | { readonly kind: 'report'; readonly job: string | null }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' };

/** What the screen itself decides; nothing here is known to the engine. */
export interface ViewState {
  /** Below 720 px one of these is shown; above, devices stand beside transfers. */
  readonly view: MainView;
  readonly filter: JobFilter;
  readonly search: string;
  readonly selectedJob: string | null;
  /** Short id of the peer whose page is open in the detail column. */
  readonly selectedPeer: string | null;
  readonly dialog: Dialog | null;
  /** What was dropped, pasted or picked and waits for devices to be chosen. */
  readonly pending: PendingSelection | null;
  /** Short id of the unpaired device on which it was dropped: it is sent there once the pairing is done. */
  readonly pendingTarget: string | null;
  /** Job whose files this page should ask for again. */
  readonly pageWanted: string | null;
  /** Jobs that are off the list already and can still be brought back. */
  readonly leaving: readonly string[];
  /** Counts what a person here has begun: the list then shows it even under the pointer. */
  readonly begun: number;
  readonly toast: Toast | null;
}

/** Things to send, from either host. */
export type PendingSelection =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'page'; readonly id: number; readonly names: readonly string[] };

export interface Toast {
  readonly text: string;
  readonly undo: (() => void) | null;
}

export const viewStore = createStore<ViewState>(() => ({
  view: 'transfers',
  filter: 'all',
  search: '',
  selectedJob: null,
  selectedPeer: null,
  dialog: null,
  pending: null,
  pendingTarget: null,
  pageWanted: null,
  leaving: [],
  begun: 0,
  toast: null,
}));

export function openDialog(dialog: Dialog | null): void {
  viewStore.setState({ dialog });
}

/** Says that this person has just begun or moved something, so that the list shows it at once. */
export function noteBegun(): void {
  viewStore.setState((state) => ({ begun: state.begun + 1 }));
}
