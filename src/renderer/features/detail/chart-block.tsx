import { useEffect, useMemo, useState } from 'react';
import type { SpeedSeries } from '../../../shared/job.ts';
import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import { joinPoints, pointFacts, seriesPoints } from '../../format/chart-points.ts';
import { countText, speedText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { useAsk } from '../../store/use-ask.ts';
import { Segments } from '../../ui/segments.tsx';
import { useNow } from '../../ui/use-now.ts';
import { MAX_STREAM_LINES } from './draw-chart.ts';
import { type ChartRange, SpeedChart } from './speed-chart.tsx';
import { StreamMark } from './stream-mark.tsx';

type Series = { readonly recent: SpeedSeries; readonly whole: SpeedSeries };

/** How often the coarse part is asked for anew while it grows. */
const REFRESH_MS = 5_000;

/** What the engine remembers of a job's speed; asked for again while the whole copy is shown. */
function useSeries(job: string, range: ChartRange, isEnded: boolean): Series | null {
  const ask = useAsk();
  const [series, setSeries] = useState<{ job: string; series: Series } | null>(null);
  useEffect(() => {
    let isOver = false;
    const load = async () => {
      const answer = await ask('jobs.speeds', { job });
      if (!isOver && 'output' in answer) setSeries({ job, series: answer.output });
    };
    void load();
    const timer =
      range === 'whole' && !isEnded
        ? setInterval(() => {
            if (!document.hidden) void load();
          }, REFRESH_MS)
        : undefined;
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [ask, job, range, isEnded]);
  return series?.job === job ? series.series : null;
}

interface LegendProps {
  readonly streams: readonly number[];
  readonly onFocus: (stream: number | null) => void;
}

/** Numbered, in fixed slots; focus or pointer on one fades the rest of the chart. */
function Legend({ streams, onFocus }: LegendProps) {
  const t = useTranslate();
  const locale = useLanguage();
  return (
    <ul className="grid h-10 grid-cols-4 content-start gap-x-1">
      {streams.slice(0, MAX_STREAM_LINES).map((speed, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a connection is known by its number
        <li key={index} className="min-w-0">
          <button
            type="button"
            className="flex h-5 w-full cursor-default items-center gap-1 rounded-control text-12 whitespace-nowrap text-text-2"
            onPointerEnter={() => onFocus(index)}
            onPointerLeave={() => onFocus(null)}
            onFocus={() => onFocus(index)}
            onBlur={() => onFocus(null)}
          >
            <StreamMark index={index} />
            <span className="sr-only">{t('detail.connection')} </span>
            <span className="font-semibold text-text">{index + 1}</span>
            <span className="truncate"> {speedText(speed, locale)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Chart, its range and its legend, always of one height. */
export function ChartBlock({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const { speeds } = useApp();
  const nowMs = useNow();
  const [range, setRange] = useState<ChartRange>(ENDED_STATES.has(job.state) ? 'whole' : 'minute');
  const [focused, setFocused] = useState<number | null>(null);
  const isEnded = ENDED_STATES.has(job.state);
  const series = useSeries(job.job, range, isEnded);
  const average = job.progress.averageBytesPerSecond > 0 ? job.progress.averageBytesPerSecond : null;
  const endMs = isEnded ? job.updatedMs : nowMs;
  const { summary, hasPoints } = useMemo(() => {
    const known = series === null ? [] : seriesPoints(range === 'minute' ? series.recent : series.whole);
    const facts = pointFacts(joinPoints(known, speeds.of(job.job, endMs)));
    const text = t('detail.chartSummary', {
      range: t(range === 'minute' ? 'detail.minute' : 'detail.whole'),
      now: speedText(isEnded ? null : job.progress.bytesPerSecond, locale),
      average: speedText(average, locale),
      highest: speedText(facts.highest, locale),
    });
    const pauses =
      facts.pauses === 0
        ? ''
        : ` ${t('detail.chartPauses', { count: facts.pauses, n: countText(facts.pauses, locale) })}`;
    return { summary: `${text}${pauses}`, hasPoints: facts.average !== null };
  }, [series, range, speeds, job.job, job.progress.bytesPerSecond, endMs, average, isEnded, t, locale]);
  const streams = isEnded || range === 'whole' ? [] : job.progress.streamSpeeds;
  return (
    <div className="flex flex-col gap-2">
      <Segments
        label={t('detail.range')}
        selected={range}
        onSelect={setRange}
        items={[
          { id: 'minute', label: t('detail.minute') },
          { id: 'whole', label: t('detail.whole') },
        ]}
      />
      <div className="relative">
        <SpeedChart
          job={job.job}
          range={range}
          series={series}
          isEnded={isEnded}
          endedMs={job.updatedMs}
          average={hasPoints ? average : null}
          focused={focused}
          summary={summary}
        />
        {!hasPoints && (
          <p className="absolute inset-0 flex items-center justify-center text-13 text-text-3">
            {t(isEnded ? 'detail.noRecord' : 'detail.noChart')}
          </p>
        )}
      </div>
      <Legend streams={streams} onFocus={setFocused} />
    </div>
  );
}
