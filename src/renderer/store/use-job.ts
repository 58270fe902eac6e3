import { useMemo, useSyncExternalStore } from 'react';
import type { JobView } from '../../shared/job.ts';
import { useApp } from './app-context.ts';
import type { EngineStore } from './engine-store.ts';

interface Source {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => JobView | undefined;
}

/** Whether a difference is one that must show at once: what a job is, not how far it is. */
function isOtherKind(one: JobView | undefined, other: JobView | undefined): boolean {
  if (one === undefined || other === undefined) return one !== other;
  return (
    one.state !== other.state ||
    one.waitingFor !== other.waitingFor ||
    one.pausedBy !== other.pausedBy ||
    one.queuePlace !== other.queuePlace ||
    (one.question === null) !== (other.question === null) ||
    (one.result === null) !== (other.result === null)
  );
}

function slowSource(store: EngineStore, job: string, everyMs: number): Source {
  const read = () => store.getState().jobs[job];
  let current = read();
  let shownMs = 0;
  return {
    get: () => current,
    subscribe: (listener) => {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const stop = () => {
        if (timer !== null) clearTimeout(timer);
        timer = null;
      };
      const show = () => {
        stop();
        const next = read();
        if (next === current) return;
        current = next;
        shownMs = performance.now();
        listener();
      };
      const look = () => {
        const next = read();
        if (next === current || (document.hidden && !isOtherKind(current, next))) return;
        const waitMs = shownMs + everyMs - performance.now();
        if (waitMs <= 0 || isOtherKind(current, next)) show();
        else timer ??= setTimeout(show, waitMs);
      };
      // What happened between the first render and this.
      look();
      const leave = store.subscribe(look);
      document.addEventListener('visibilitychange', look);
      return () => {
        stop();
        leave();
        document.removeEventListener('visibilitychange', look);
      };
    },
  };
}

/**
 * A job, new at most every `everyMs` (CADENCE of ui/use-cadence.ts), at once when it becomes another kind of thing,
 * and not while the page is hidden. Undefined when it is not in the list.
 */
export function useJob(job: string, everyMs: number): JobView | undefined {
  const { store } = useApp();
  const source = useMemo(() => slowSource(store, job, everyMs), [store, job, everyMs]);
  return useSyncExternalStore(source.subscribe, source.get);
}
