import type { JobView } from '../../shared/job.ts';
import { isolate } from '../format/isolate.ts';
import { type JobStatus, jobStatus, type StatusContext } from '../format/job-status.ts';
import { useLanguage, useTranslate } from '../i18n/translate.ts';
import { useNow } from '../ui/use-now.ts';
import { useRefusal } from './act.ts';
import { useEngine } from './app-context.ts';
import { ownLimit } from './gentle.ts';
import { jobWatch } from './job-watch.ts';

/** The name of a job's peer as this device calls it. */
export function usePeerName(job: JobView): string {
  const t = useTranslate();
  const id = job.peer?.id ?? null;
  const known = useEngine((state) =>
    id === null ? undefined : Object.values(state.peers).find((peer) => peer.id === id)?.name,
  );
  return known ?? job.peer?.name ?? t('transfers.anyDevice');
}

/** What the words about a job are made with; ticks once a second. */
export function useStatusContext(job: JobView): StatusContext {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const here = useEngine((state) => state.device.name);
  const limitBytesPerSecond = useEngine(({ settings }) => ownLimit(settings));
  const there = usePeerName(job);
  const facts = jobWatch.look(job, nowMs);
  return { t, locale, nowMs, here, there, limitBytesPerSecond, facts };
}

/**
 * The status line of a job: what it does, or why the last thing asked of it did not happen. Without its question
 * where that has a place of its own.
 */
export function useStatus(job: JobView, hasQuestion = true): JobStatus {
  const context = useStatusContext(job);
  const refusal = useRefusal(job.job);
  if (refusal !== null) {
    const device = isolate(context.there);
    return { parts: [context.t(`failure.${refusal.code}`, { device })], tone: 'bad' };
  }
  return jobStatus(hasQuestion || job.state !== 'running' ? job : { ...job, question: null }, context);
}
