import { ArrowDown, ArrowUp, type LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import { Heading } from 'react-aria-components';
import { joinPoints, pointFacts, seriesPoints } from '../../format/chart-points.ts';
import { passesHere } from '../../format/job-ends.ts';
import { countText, speedText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import type { EngineState } from '../../store/engine-store.ts';
import { ALL_JOBS, SHOWN_MS } from '../../store/speed-history.ts';
import { CADENCE, useCadence } from '../../ui/use-cadence.ts';
import { useNow } from '../../ui/use-now.ts';
import { SpeedChart } from './speed-chart.tsx';
import { StreamMark } from './stream-mark.tsx';
import { useAllSeries } from './use-all-series.ts';

interface Moving {
  readonly count: number;
  readonly sent: number;
  readonly received: number;
}

function movingOf(jobs: EngineState['jobs']): Moving {
  let [count, sent, received] = [0, 0, 0];
  for (const job of Object.values(jobs)) {
    const { state, role, progress } = job;
    if (state !== 'running' && state !== 'finishing') continue;
    count += 1;
    if (!passesHere(job)) continue;
    if (role === 'source') sent += progress.bytesPerSecond;
    else received += progress.bytesPerSecond;
  }
  return { count, sent, received };
}

interface LineProps {
  readonly icon: LucideIcon;
  readonly stream: 1 | 2;
  readonly text: string;
}

function Line({ icon: Icon, stream, text }: LineProps) {
  return (
    <li className="flex h-5 min-w-0 items-center gap-1.5">
      <StreamMark index={stream - 1} />
      <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
      <span className="truncate">{text}</span>
    </li>
  );
}

/** All copies together, while none of them is open: how fast they are, and were in the last minute. */
export function Overview() {
  const t = useTranslate();
  const locale = useLanguage();
  const { speeds } = useApp();
  const nowMs = useNow();
  const live = useEngine((state) => state.jobs);
  const jobs = useCadence(live, CADENCE.digitsMs);
  const { count, sent, received } = useMemo(() => movingOf(jobs), [jobs]);
  // Once a second is enough for words.
  const series = useAllSeries();
  const facts = useMemo(() => {
    const known = series === null ? [] : seriesPoints(series.recent);
    return pointFacts(
      joinPoints(known, speeds.of(ALL_JOBS, nowMs)).filter(({ atMs }) => atMs >= nowMs - SHOWN_MS),
    );
  }, [series, speeds, nowMs]);
  const now = speedText(sent + received, locale);
  const summary = t('detail.chartSummary', {
    range: t('detail.minute'),
    now,
    average: speedText(facts.average, locale),
    highest: speedText(facts.highest, locale),
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 pt-4 pb-6">
      <div className="flex flex-col gap-1">
        <Heading level={2} className="h-6 text-16 font-semibold">
          {t('app.allSpeed')}
        </Heading>
        <p className="flex h-8 items-baseline gap-3 whitespace-nowrap">
          {count === 0 ? (
            <span className="text-16 text-text-2">{t('app.idle')}</span>
          ) : (
            <>
              <span className="w-36 shrink-0 text-28 font-semibold">{now}</span>
              <span className="truncate text-13 text-text-2">
                {t('app.allMoving', { count, n: countText(count, locale) })}
              </span>
            </>
          )}
        </p>
      </div>
      <div className="flex flex-col gap-2">
        <div className="relative">
          <SpeedChart
            job={ALL_JOBS}
            range="minute"
            series={series}
            isEnded={false}
            endedMs={nowMs}
            average={null}
            focused={null}
            summary={summary}
          />
          {facts.average === null && count === 0 && (
            <p className="absolute inset-0 flex items-center justify-center text-13 text-text-3">
              {t('app.allIdle')}
            </p>
          )}
        </div>
        <ul className="grid grid-cols-2 gap-x-4 text-12 text-text-2">
          <Line icon={ArrowUp} stream={1} text={t('app.sending', { speed: speedText(sent, locale) })} />
          <Line
            icon={ArrowDown}
            stream={2}
            text={t('app.receiving', { speed: speedText(received, locale) })}
          />
        </ul>
      </div>
      <p className="text-13 text-text-3">{t('app.nothingOpen')}</p>
    </div>
  );
}
