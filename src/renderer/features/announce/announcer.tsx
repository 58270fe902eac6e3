import { useEffect, useState } from 'react';
import type { JobView } from '../../../shared/job.ts';
import { isolate, plainText } from '../../format/isolate.ts';
import { ordererOf } from '../../format/job-ends.ts';
import { jobStatus } from '../../format/job-status.ts';
import { peerNameOf, titleOf } from '../../format/names.ts';
import { percentText } from '../../format/numbers.ts';
import { currentLanguage, translate } from '../../i18n/translate.ts';
import { type AppContext, useApp } from '../../store/app-context.ts';
import type { EngineState } from '../../store/engine-store.ts';
import { ownLimit } from '../../store/gentle.ts';
import { jobWatch } from '../../store/job-watch.ts';
import { firstOrders } from '../../store/known-orderers.ts';
import { viewStore } from '../../store/view-store.ts';
import { feedActivity } from './activity.ts';
import { isWatched, type JobNews, newsOf } from './announcements.ts';
import { jobNote, orderNote, requestNote, requestNoteId, requestSentence, WORTH_A_NOTE_MS } from './notes.ts';

/** Between two polite words. */
const CALM_MS = 10_000;

interface Voice {
  readonly polite: (words: string) => void;
  readonly assertive: (words: string) => void;
}

function statusOf(job: JobView, state: EngineState): string {
  const nowMs = Date.now();
  const status = jobStatus(job, {
    t: translate,
    locale: currentLanguage(),
    here: state.device.name,
    there: peerNameOf(job, translate),
    limitBytesPerSecond: ownLimit(state.settings),
    nowMs,
    facts: jobWatch.look(job, nowMs),
  });
  return status.parts.join(' · ');
}

function words(news: JobNews, state: EngineState): string {
  const name = isolate(titleOf(news.job.names, translate));
  switch (news.kind) {
    case 'started':
      return translate('announce.started', { name });
    case 'percent':
      return translate('announce.percent', {
        name,
        percent: percentText(news.percent / 100, currentLanguage()),
      });
    case 'done':
      return translate('announce.done', { name });
    case 'needs-you':
      return translate('announce.needsYou', { name, status: statusOf(news.job, state) });
  }
}

/** Says and notifies what happened between two states of the engine. */
function tell({ host }: AppContext, now: EngineState, before: EngineState, voice: Voice): void {
  const notifies = now.settings.notify && !document.hasFocus();
  if (now.offers !== before.offers) {
    for (const offer of Object.values(now.offers)) {
      if (offer.job in before.offers) continue;
      voice.assertive(requestSentence(offer));
      if (notifies) host.notify(requestNote(offer));
    }
    for (const job of Object.keys(before.offers)) {
      if (!(job in now.offers)) host.dismissNote(requestNoteId(job));
    }
  }
  if (now.jobs === before.jobs) return;
  const jobs = Object.values(now.jobs);
  const opened = viewStore.getState().selectedJob;
  for (const job of jobs) {
    const old = before.jobs[job.job];
    if (old === job) continue;
    const orderer = ordererOf(job);
    if (old === undefined && orderer !== null && notifies && firstOrders(now.jobs).includes(job)) {
      host.notify(orderNote(job, orderer.name));
    }
    const news = newsOf(old, job);
    if (news === null || (news.kind === 'percent' && !isWatched(job, jobs, opened))) continue;
    voice.polite(words(news, now));
    const isLong = job.updatedMs - job.createdMs > WORTH_A_NOTE_MS;
    if (notifies && (news.kind === 'needs-you' || (news.kind === 'done' && isLong))) {
      host.notify(jobNote(job, news.kind, statusOf(job, now)));
    }
  }
}

/** What is heard: progress seldom and politely, a request at once; and what the host shows of it. */
export function Announcer() {
  const app = useApp();
  const [polite, setPolite] = useState('');
  const [assertive, setAssertive] = useState('');
  useEffect(() => {
    const { store, host } = app;
    let saidMs = Number.NEGATIVE_INFINITY;
    let waiting: string | null = null;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const say = () => {
      timer = null;
      if (waiting === null) return;
      setPolite(plainText(waiting));
      waiting = null;
      saidMs = performance.now();
    };
    const voice: Voice = {
      polite: (sentence) => {
        // The newest is the truest; older ones that were not said yet are not worth it any more.
        waiting = sentence;
        timer ??= setTimeout(say, Math.max(0, saidMs + CALM_MS - performance.now()));
      },
      assertive: (sentence) => setAssertive(plainText(sentence)),
    };
    const leave = store.subscribe((now, before) => tell(app, now, before, voice));
    const stopFeeding = feedActivity(host, store.getState, store.subscribe);
    return () => {
      leave();
      stopFeeding();
      if (timer !== null) clearTimeout(timer);
    };
  }, [app]);
  return (
    <div className="sr-only">
      <p role="status" aria-live="polite">
        {polite}
      </p>
      <p role="alert" aria-live="assertive">
        {assertive}
      </p>
    </div>
  );
}
