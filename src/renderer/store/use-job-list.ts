import { useMemo, useSyncExternalStore } from 'react';
import { useApp } from './app-context.ts';
import type { EngineStore } from './engine-store.ts';
import { type JobList, jobList, type ListChoice } from './job-list.ts';

/** Sorting thousands of jobs for every byte that moves would be felt. */
const EVERY_MS = 200;

function isSameList(one: JobList, other: JobList): boolean {
  return (
    one.rows.length === other.rows.length &&
    one.rows.every((row, index) => row === other.rows[index]) &&
    Object.entries(one.counts).every(([filter, count]) => Reflect.get(other.counts, filter) === count)
  );
}

function listSource(store: EngineStore, choice: ListChoice) {
  let jobs = store.getState().jobs;
  let current = jobList(jobs, choice);
  let madeMs = performance.now();
  const make = (): boolean => {
    jobs = store.getState().jobs;
    madeMs = performance.now();
    const next = jobList(jobs, choice);
    if (isSameList(next, current)) return false;
    current = next;
    return true;
  };
  return {
    get: () => current,
    subscribe: (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const show = () => {
        timer = null;
        if (make()) listener();
      };
      const look = () => {
        if (timer !== null || store.getState().jobs === jobs) return;
        const waitMs = madeMs + EVERY_MS - performance.now();
        if (waitMs <= 0) show();
        else timer = setTimeout(show, waitMs);
      };
      look();
      const leave = store.subscribe(look);
      return () => {
        if (timer !== null) clearTimeout(timer);
        leave();
      };
    },
  };
}

/** The rows under a filter and the counts of all filters; renders only when one of them changes. */
export function useJobList(choice: ListChoice): JobList {
  const { store } = useApp();
  const { filter, search, folded, leaving } = choice;
  const source = useMemo(
    () => listSource(store, { filter, search, folded, leaving }),
    [store, filter, search, folded, leaving],
  );
  return useSyncExternalStore(source.subscribe, source.get);
}
