import { useCallback, useEffect, useRef, useState } from 'react';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import { type JobEntry } from '../../shared/job-entry.ts';
import { useAsk } from './use-ask.ts';

/** Entries asked for at once. */
export const ENTRY_PAGE = 200;
/** Pages kept: what is further away is asked for again, so that a long list takes no more memory than a short one. */
export const MAX_ENTRY_PAGES = 24;
/** How often what is in sight is asked for anew while it changes. */
const REFRESH_MS = 1_000;

/** The pages of a list that were asked for last; the oldest go. */
export class EntryPages {
  readonly #pages = new Map<number, readonly JobEntry[]>();

  put(page: number, entries: readonly JobEntry[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, entries);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_ENTRY_PAGES) break;
      this.#pages.delete(oldest);
    }
  }

  /** Whether all of the page is here, of a list of `total`. */
  isWhole(page: number, total: number): boolean {
    const wanted = Math.min(ENTRY_PAGE, total - page * ENTRY_PAGE);
    return (this.#pages.get(page)?.length ?? 0) >= wanted;
  }

  at(index: number): JobEntry | null {
    return this.#pages.get(Math.floor(index / ENTRY_PAGE))?.[index % ENTRY_PAGE] ?? null;
  }

  get size(): number {
    return this.#pages.size;
  }
}

export interface Entries {
  /** Null until the engine has said. */
  readonly total: number | null;
  /** Null while it is not here yet. */
  readonly at: (index: number) => JobEntry | null;
  /** What is in sight: it is fetched, and kept current while the job lives. */
  readonly show: (first: number, last: number) => void;
}

/** What a job is made of, as far as somebody looks at it. */
export function useEntries(job: JobView): Entries {
  const ask = useAsk();
  const isEnded = ENDED_STATES.has(job.state);
  const [pages] = useState(() => new EntryPages());
  const [total, setTotal] = useState<number | null>(null);
  const [, setSeen] = useState(0);
  const shown = useRef({ first: 0, last: 0 });
  const asking = useRef(new Set<number>());
  const known = useRef(0);

  const load = useCallback(
    async (page: number) => {
      if (asking.current.has(page)) return;
      asking.current.add(page);
      const answer = await ask('jobs.entries', {
        job: job.job,
        offset: page * ENTRY_PAGE,
        limit: ENTRY_PAGE,
      });
      asking.current.delete(page);
      if (!('output' in answer)) {
        setTotal((before) => before ?? 0);
        return;
      }
      pages.put(page, answer.output.entries);
      known.current = answer.output.total;
      setTotal(answer.output.total);
      setSeen((count) => count + 1);
    },
    [ask, job.job, pages],
  );

  const inSight = useCallback((): readonly number[] => {
    const first = Math.floor(shown.current.first / ENTRY_PAGE);
    const last = Math.floor(shown.current.last / ENTRY_PAGE);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }, []);

  const show = useCallback(
    (first: number, last: number) => {
      shown.current = { first, last };
      for (const page of inSight()) if (!pages.isWhole(page, known.current)) void load(page);
    },
    [inSight, load, pages],
  );

  useEffect(() => {
    const loadAll = () => {
      if (!document.hidden) for (const page of inSight()) void load(page);
    };
    loadAll();
    if (isEnded) return undefined;
    const timer = setInterval(loadAll, REFRESH_MS);
    return () => clearInterval(timer);
  }, [inSight, load, isEnded]);

  const at = useCallback((index: number) => pages.at(index), [pages]);
  return { total, at, show };
}
