import { useCallback, useEffect, useRef, useState } from 'react';
import type { CopyPlace } from '../../../shared/browse.ts';
import type { EngineApi } from '../../../shared/engine-api.ts';
import { type Failure, toFailure } from '../../../shared/failure.ts';
import type { PlaceEntry } from '../../../shared/place.ts';
import { childOf, isFolderPlace, placeKey } from '../../format/places.ts';
import { useApp } from '../../store/app-context.ts';
import type { BrowseEntry } from './browse-entry.ts';

/** Some screens full; the next ones come as the list is scrolled. */
const PAGE_ENTRIES = 500;

/** A folder as far as it is known. */
export interface Listing {
  /** What is shown; another place is shown once it is known, so that nothing flashes in between. */
  readonly place: CopyPlace;
  readonly entries: readonly BrowseEntry[];
  readonly canWrite: boolean;
  /** Why it cannot be shown. */
  readonly failure: Failure | null;
  /** The last name so far, if there are more. */
  readonly next: string | null;
}

interface Page {
  readonly entries: readonly BrowseEntry[];
  readonly next: string | null;
  readonly canWrite: boolean;
}

function toBrowseEntry(at: CopyPlace, entry: PlaceEntry): BrowseEntry {
  const { name, type, bytes, mtimeMs } = entry;
  const place = childOf(at, name);
  const canName = entry.nameBase64 === undefined;
  if (!isFolderPlace(at)) return { name, type: 'share', bytes: null, mtimeMs: null, place, canName };
  return { name, type, bytes: type === 'file' ? bytes : null, mtimeMs, place, canName };
}

async function askForPage(
  engine: EngineApi,
  at: CopyPlace,
  after: string | null,
  signal: AbortSignal,
): Promise<Page> {
  if (at.peer === null && !isFolderPlace(at)) {
    const roots = await engine.call('places.roots', {}, signal);
    return {
      entries: roots.map(({ root, name }) => ({
        name,
        type: 'share',
        bytes: null,
        mtimeMs: null,
        place: { peer: null, share: root, path: '' },
        canName: true,
      })),
      next: null,
      canWrite: false,
    };
  }
  const page = await engine.call('browse.list', { at, after, limit: PAGE_ENTRIES }, signal);
  return { ...page, entries: page.entries.map((entry) => toBrowseEntry(at, entry)) };
}

export interface ListingControl {
  /** Null: the first one is still being asked for. */
  readonly listing: Listing | null;
  /** Another place, or more of this one, is being asked for. */
  readonly isLoading: boolean;
  /** The next page, if there is one and none is under way. */
  readonly more: () => void;
  readonly reload: () => void;
}

/** The content of `place`, page by page; asked for anew when `version` changes. Null place: nothing is asked for. */
export function useListing(place: CopyPlace | null, version: number): ListingControl {
  const { engine } = useApp();
  const [listing, setListing] = useState<Listing | null>(null);
  const [isLoading, setLoading] = useState(false);
  const [reloads, setReloads] = useState(0);
  const running = useRef<AbortController | null>(null);
  const key = place === null ? '' : placeKey(place);
  const latest = useRef({ place, listing });
  latest.current = { place, listing };

  /** What was loaded is replaced when as much of it is known again. */
  useEffect(() => {
    const at = latest.current.place;
    if (at === null) {
      setLoading(false);
      return;
    }
    // Part of what decides that it is asked for again.
    void [key, version, reloads];
    const own = new AbortController();
    running.current?.abort();
    running.current = own;
    const shown = latest.current.listing;
    const wanted = shown !== null && placeKey(shown.place) === key ? shown.entries.length : 0;
    const load = async () => {
      setLoading(true);
      const entries: BrowseEntry[] = [];
      let page: Page = { entries: [], next: null, canWrite: false };
      do {
        page = await askForPage(engine, at, page.next, own.signal);
        entries.push(...page.entries);
      } while (page.next !== null && entries.length < wanted);
      return { place: at, entries, canWrite: page.canWrite, next: page.next, failure: null };
    };
    void load()
      .catch((error: unknown) => ({
        place: at,
        entries: [],
        canWrite: false,
        next: null,
        failure: toFailure(error),
      }))
      .then((loaded) => {
        if (own.signal.aborted) return;
        running.current = null;
        setLoading(false);
        setListing(loaded);
      });
    return () => own.abort();
  }, [engine, key, version, reloads]);

  const more = useCallback(() => {
    const shown = latest.current.listing;
    if (shown === null || shown.next === null || running.current !== null) return;
    const own = new AbortController();
    running.current = own;
    setLoading(true);
    void askForPage(engine, shown.place, shown.next, own.signal)
      .then((page) => ({
        ...shown,
        entries: [...shown.entries, ...page.entries],
        next: page.next,
        canWrite: page.canWrite,
      }))
      .catch((error: unknown) => ({ ...shown, next: null, failure: toFailure(error) }))
      .then((loaded) => {
        if (own.signal.aborted) return;
        running.current = null;
        setLoading(false);
        setListing(loaded);
      });
  }, [engine]);
  const reload = useCallback(() => setReloads((count) => count + 1), []);
  return { listing, isLoading, more, reload };
}
