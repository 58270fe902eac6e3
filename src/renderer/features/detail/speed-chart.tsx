import { useEffect, useRef } from 'react';
import type { SpeedSeries } from '../../../shared/job.ts';
import { type ChartPoint, joinPoints, pointFacts, seriesPoints } from '../../format/chart-points.ts';
import { ScaleHolder } from '../../format/chart-scale.ts';
import { speedText } from '../../format/numbers.ts';
import { useLanguage } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { SHOWN_MS } from '../../store/speed-history.ts';
import { CADENCE } from '../../ui/use-cadence.ts';
import { drawChart, readColors } from './draw-chart.ts';

export type ChartRange = 'minute' | 'whole';

export interface SpeedChartProps {
  readonly job: string;
  readonly range: ChartRange;
  /** What the engine remembers; null until it has said. */
  readonly series: { readonly recent: SpeedSeries; readonly whole: SpeedSeries } | null;
  /** An ended job stands still. */
  readonly isEnded: boolean;
  readonly endedMs: number;
  /** Mean over the whole copy. */
  readonly average: number | null;
  readonly focused: number | null;
  /** Read aloud in place of the picture. */
  readonly summary: string;
}

const HEIGHT = 160;

/** Sizes the canvas for the screen it is on; null where it has no size yet. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(HEIGHT * ratio);
  if (width === 0) return null;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Throughput as it is now, drawn ten times a second at most and not at all while hidden. */
export function SpeedChart(props: SpeedChartProps) {
  const { job, range, summary, isEnded } = props;
  const { speeds } = useApp();
  const locale = useLanguage();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const holder = new ScaleHolder();
    let frame = 0;
    let drawnMs = Number.NEGATIVE_INFINITY;
    const draw = (timeMs: number) => {
      frame = requestAnimationFrame(draw);
      const place = canvas.current;
      const { series, average, focused, endedMs, isEnded: isOver } = latest.current;
      if (place === null || timeMs - drawnMs < (isOver ? CADENCE.digitsMs : CADENCE.barMs)) return;
      const context = contextOf(place);
      if (context === null) return;
      drawnMs = timeMs;
      const nowMs = isOver ? endedMs : Date.now();
      const samples = speeds.of(job, nowMs);
      const known = series === null ? [] : seriesPoints(range === 'minute' ? series.recent : series.whole);
      const all: readonly ChartPoint[] = joinPoints(known, samples);
      const fromMs = range === 'minute' ? nowMs - SHOWN_MS : (all[0]?.atMs ?? nowMs - SHOWN_MS);
      const points = all.filter(({ atMs }) => atMs >= fromMs - 1_000);
      drawChart(
        context,
        place.clientWidth,
        HEIGHT,
        {
          points,
          samples: range === 'minute' ? samples : [],
          fromMs,
          toMs: nowMs,
          scale: holder.update(Math.max(pointFacts(points).highest, average ?? 0), nowMs),
          average,
          focused,
          labelOf: (value) => speedText(value, locale),
        },
        readColors(place),
      );
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [job, range, speeds, locale]);

  return (
    <canvas ref={canvas} role="img" aria-label={summary} data-ended={isEnded} className="block h-40 w-full" />
  );
}
