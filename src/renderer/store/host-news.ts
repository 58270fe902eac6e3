import { createStore } from 'zustand/vanilla';
import type { FailureData } from '../../shared/failure.ts';

/** What the program around the page has told and no engine knows. */
export interface HostNews {
  /** The engine cannot be opened; it is tried again. Null: it runs, or has only just ended. */
  readonly engineFailure: FailureData | null;
  /** macOS wants a person to approve starting at login. */
  readonly needsLoginApproval: boolean;
  /** Notifications that the system did not show; counted in the title until the page is looked at. */
  readonly unseenNotes: readonly string[];
}

export const hostNewsStore = createStore<HostNews>(() => ({
  engineFailure: null,
  needsLoginApproval: false,
  unseenNotes: [],
}));

/** A title does not count further than this. */
const MAX_UNSEEN = 99;

/** The page stands for what the system did not show. */
export function noteUnseen(note: string): void {
  hostNewsStore.setState(({ unseenNotes }) =>
    unseenNotes.includes(note) ? {} : { unseenNotes: [...unseenNotes, note].slice(-MAX_UNSEEN) },
  );
}

/** A person is looking at the page, or what a note was about is settled. */
export function noteSeen(note: string | null = null): void {
  hostNewsStore.setState(({ unseenNotes }) =>
    unseenNotes.length === 0
      ? {}
      : { unseenNotes: note === null ? [] : unseenNotes.filter((each) => each !== note) },
  );
}
