import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { EngineApi } from '../../shared/engine-api.ts';
import { ENDED_STATES, type JobView, MAX_LISTED_JOBS } from '../../shared/job.ts';
import { useApp } from './app-context.ts';
import type { EngineStore } from './engine-store.ts';

const PAGE_JOBS = 500;
/** Nothing is looked for before a person has stopped typing for so long. */
const TYPING_MS = 300;

/** Where in the history a search has come to. */
export interface HistoryPlace {
  /** The last job of the pages so far; null: none was asked for. */
  readonly before: string | null;
  readonly more: boolean;
}

/** Whether there may be jobs that the engine has not told of by itself. */
export function mayHaveOlder(jobs: Readonly<Record<string, JobView>>): boolean {
  return Object.keys(jobs).length >= MAX_LISTED_JOBS;
}

/**
 * Asks for ended jobs until some come that the store does not have, and puts them into it; the others are newer
 * there already. @throws Failure as `jobs.history`.
 */
export async function loadOlder(
  engine: EngineApi,
  store: EngineStore,
  query: string,
  from: HistoryPlace,
  signal: AbortSignal,
): Promise<HistoryPlace> {
  let place = from;
  let found: readonly JobView[] = [];
  while (place.more && found.length === 0) {
    const page = await engine.call('jobs.history', { query, before: place.before, limit: PAGE_JOBS }, signal);
    const known = store.getState().jobs;
    found = page.jobs.filter(({ job, state }) => !(job in known) && ENDED_STATES.has(state));
    place = { before: page.jobs.at(-1)?.job ?? place.before, more: page.more && page.jobs.length > 0 };
  }
  if (found.length > 0) {
    const older = Object.fromEntries(found.map((job) => [job.job, job]));
    // What has become of one of them meanwhile counts.
    store.setState((state) => ({ jobs: { ...older, ...state.jobs } }));
  }
  return place;
}

export interface OlderJobs {
  /** The list may go on behind its end. */
  readonly hasMore: boolean;
  /** Asks for the next of them; nothing while some are on their way. */
  readonly load: () => void;
}

/** The history behind the end of the list, of all jobs or of those in which `query` occurs. */
export function useOlderJobs(query: string): OlderJobs {
  const { engine, store } = useApp();
  const start = useMemo(() => {
    const place: HistoryPlace = { before: null, more: mayHaveOlder(store.getState().jobs) };
    return { query, store, place };
  }, [query, store]);
  const [kept, setKept] = useState(start);
  const at = kept.query === query && kept.store === store ? kept.place : start.place;
  const running = useRef<AbortController | null>(null);
  useEffect(() => {
    // Another search: what is on its way is not wanted any more.
    void [query, store];
    return () => {
      running.current?.abort();
      running.current = null;
    };
  }, [query, store]);
  const load = useCallback(() => {
    if (!at.more || running.current !== null) return;
    const own = new AbortController();
    running.current = own;
    void loadOlder(engine, store, query, at, own.signal)
      // Without an answer there is nothing more to show; a new search or connection asks anew.
      .catch((): HistoryPlace => ({ ...at, more: false }))
      .then((place) => {
        if (own.signal.aborted) return;
        running.current = null;
        setKept({ query, store, place });
      });
  }, [engine, store, query, at]);
  useEffect(() => {
    if (query === '' || at.before !== null) return undefined;
    const timer = setTimeout(load, TYPING_MS);
    return () => clearTimeout(timer);
  }, [query, at, load]);
  return { hasMore: at.more, load };
}
