import { useEffect, useState } from 'react';
import type { SpeedSeries } from '../../../shared/job.ts';
import { passesHere } from '../../format/job-ends.ts';
import { sumSeries } from '../../format/sum-series.ts';
import { useApp } from '../../store/app-context.ts';
import { SHOWN_MS } from '../../store/speed-history.ts';
import { useAsk } from '../../store/use-ask.ts';

/** Copies of the last minute that are asked about; more are not told apart in a line anyway. */
const MAX_ASKED = 24;

/** What the engine remembers of the last minute of all copies, from before this page was there. */
export function useAllSeries(): { readonly recent: SpeedSeries; readonly whole: SpeedSeries } | null {
  const ask = useAsk();
  const { store } = useApp();
  const [series, setSeries] = useState<SpeedSeries | null>(null);
  useEffect(() => {
    let isOver = false;
    const load = async () => {
      const nowMs = Date.now();
      const fromMs = nowMs - SHOWN_MS;
      const recent = Object.values(store.getState().jobs)
        .filter((job) => job.updatedMs >= fromMs && passesHere(job))
        .toSorted((one, other) => other.updatedMs - one.updatedMs)
        .slice(0, MAX_ASKED);
      const answers = await Promise.all(recent.map(async ({ job }) => await ask('jobs.speeds', { job })));
      if (isOver) return;
      const known = answers.flatMap((answer) => ('output' in answer ? [answer.output.recent] : []));
      setSeries(sumSeries(known, fromMs, nowMs));
    };
    void load();
    return () => {
      isOver = true;
    };
  }, [ask, store]);
  return series === null ? null : { recent: series, whole: series };
}
