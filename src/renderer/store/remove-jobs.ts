import type { EngineApi } from '../../shared/engine-api.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import { countText } from '../format/numbers.ts';
import { currentLanguage, translate } from '../i18n/translate.ts';
import { act } from './act.ts';
import type { AppContext } from './app-context.ts';
import { type Toast, viewStore } from './view-store.ts';

/** How long a removal can be undone. */
export const UNDO_MS = 6_000;

function bringBack(jobs: readonly string[]): void {
  viewStore.setState((state) => ({ leaving: state.leaving.filter((job) => !jobs.includes(job)) }));
}

/** Takes ended jobs off the list at once; the engine forgets them when it can no longer be undone. */
export function removeJobs(engine: EngineApi, jobs: readonly string[]): void {
  if (jobs.length === 0) return;
  const timer = setTimeout(() => {
    const isShown = viewStore.getState().toast === toast;
    viewStore.setState(isShown ? { toast: null } : {});
    void act(engine, jobs[0] ?? '', 'jobs.forget', { jobs }).then(() => bringBack(jobs));
  }, UNDO_MS);
  const toast: Toast = {
    text: translate('transfers.removed', {
      count: jobs.length,
      n: countText(jobs.length, currentLanguage()),
    }),
    undo: () => {
      clearTimeout(timer);
      bringBack(jobs);
      viewStore.setState({ toast: null });
    },
  };
  viewStore.setState((state) => ({
    toast,
    leaving: [...state.leaving, ...jobs],
    selectedJob: state.selectedJob !== null && jobs.includes(state.selectedJob) ? null : state.selectedJob,
  }));
}

/** Takes all that has ended off the list, or of `jobs` those that have. */
export function removeEnded({ engine, store }: AppContext, jobs: readonly string[] | null = null): void {
  const all = store.getState().jobs;
  const { leaving } = viewStore.getState();
  const ended = Object.values(all).filter(
    ({ job, state }) =>
      ENDED_STATES.has(state) && !leaving.includes(job) && (jobs === null || jobs.includes(job)),
  );
  removeJobs(
    engine,
    ended.map(({ job }) => job),
  );
}
