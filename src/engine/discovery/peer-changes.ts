import type { PeerView } from '../../shared/device.ts';

export type PeerChange =
  | { readonly kind: 'peer-changed'; readonly peer: PeerView }
  | { readonly kind: 'peer-removed'; readonly shortId: string };

/** Tells listeners about rows that look different from when they were told last. */
export class PeerChanges {
  readonly #listeners = new Set<(change: PeerChange) => void>();
  /** What was told last, by row; `lastSeenMs` moves all the time and is left out. */
  readonly #told = new Map<string, string>();

  subscribe(listener: (change: PeerChange) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /** `view` is how the row looks now, null when it is not shown (any more). */
  tell(key: string, view: PeerView | null): void {
    const text = view === null ? undefined : JSON.stringify({ ...view, lastSeenMs: null });
    if (text === this.#told.get(key)) return;
    if (text === undefined) this.#told.delete(key);
    else this.#told.set(key, text);
    const change: PeerChange =
      view === null ? { kind: 'peer-removed', shortId: key } : { kind: 'peer-changed', peer: view };
    for (const listener of [...this.#listeners]) listener(change);
  }
}
