import { useEffect } from 'react';
import type { JobView } from '../../shared/job.ts';
import { translate } from '../i18n/translate.ts';
import { useApp } from '../store/app-context.ts';
import { pageSources } from '../store/page-sources.ts';
import { viewStore } from '../store/view-store.ts';

const TOLD = 'ferry.mayCloseTold';

function isMoving(job: JobView | undefined): boolean {
  return job?.state === 'running' || job?.state === 'finishing';
}

function wasTold(): boolean {
  try {
    if (localStorage.getItem(TOLD) !== null) return true;
    localStorage.setItem(TOLD, 'yes');
    return false;
  } catch {
    // What keeps nothing would be told every time.
    return true;
  }
}

/** Says once, when a first copy begins, that it does not need this tab. On the desktop the shell says the same. */
export function useMayClose(): void {
  const { host, store } = useApp();
  useEffect(() => {
    if (host.kind !== 'browser') return undefined;
    return store.subscribe((now, before) => {
      if (now.jobs === before.jobs || pageSources.isBusy || viewStore.getState().toast !== null) return;
      const jobs = Object.values(now.jobs);
      if (jobs.some((job) => isMoving(job) && job.sourceKind === 'page' && job.role === 'source')) return;
      const begun = jobs.some(
        (job) => job !== before.jobs[job.job] && isMoving(job) && !isMoving(before.jobs[job.job]),
      );
      if (!begun || wasTold()) return;
      viewStore.setState({ toast: { text: translate('app.mayClose'), undo: null } });
    });
  }, [host, store]);
}
