import type { HeldSelection } from '../ports/page-files/held-selection.ts';
import type { PageFilesServer } from '../ports/page-files/page-files-server.ts';

/** A selection whose connection was lost while its jobs were not done. */
export interface LostSource {
  readonly selection: HeldSelection;
  /** Those that may still want it. */
  readonly jobs: readonly string[];
}

/** What this page holds: selections that wait for devices, and those that are being read. */
class PageSources {
  readonly #held = new Map<number, HeldSelection>();
  readonly #serving = new Set<PageFilesServer>();
  readonly #lost = new Set<LostSource>();
  #onLost: (source: LostSource) => void = () => undefined;
  #nextId = 1;

  /** Keeps a selection until it is sent or dropped; the number stands for it in the view store. */
  hold(selection: HeldSelection): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#held.set(id, selection);
    return id;
  }

  get(id: number): HeldSelection | null {
    return this.#held.get(id) ?? null;
  }

  drop(id: number): void {
    this.#held.delete(id);
  }

  /** Remembers a server until it has ended, and what it served when its connection was lost. */
  serve(server: PageFilesServer, source: LostSource): void {
    this.#serving.add(server);
    void server.ended.then((end) => {
      this.#serving.delete(server);
      if (end !== 'lost') return;
      this.#lost.add(source);
      this.#onLost(source);
    });
  }

  /** Has `listener` (one, until another is set) told of what is lost, what was lost before included. */
  watchLost(listener: (source: LostSource) => void, signal: AbortSignal): void {
    this.#onLost = listener;
    signal.addEventListener(
      'abort',
      () => {
        if (this.#onLost === listener) this.#onLost = () => undefined;
      },
      { once: true },
    );
    for (const source of this.#lost) listener(source);
  }

  /** It is served again, or nobody wants it any more. */
  settle(source: LostSource): void {
    this.#lost.delete(source);
  }

  /** Whether leaving this page would interrupt a copy. */
  get isBusy(): boolean {
    return this.#lost.size > 0 || [...this.#serving].some((server) => server.isBusy);
  }
}

/** The ones of this page. */
export const pageSources = new PageSources();
