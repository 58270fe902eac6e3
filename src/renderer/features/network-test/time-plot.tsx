import { useMemo } from 'react';
import type { SpeedSeries } from '../../../shared/job.ts';
import { ScaleHolder } from '../../format/chart-scale.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { Plot, PlotPath } from './plot.tsx';
import { runsOfSeries } from './runs-of-series.ts';

/** How fast it went from the start of the test to its end; what was not measured is a gap. */
export function TimePlot({ series }: { readonly series: SpeedSeries }) {
  const t = useTranslate();
  const holder = useMemo(() => new ScaleHolder(), []);
  const highest = series.values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const scale = holder.update(highest, 0);
  const runs = runsOfSeries(series.values, scale.top);
  const seconds = Math.round((series.values.length * series.stepMs) / 1_000);
  const lines = runs.map((run) => `M${run.map(({ x, y }) => `${x} ${y}`).join('L')}`).join(' ');
  const areas = runs
    .map((run) => {
      const [first, last] = [run[0], run.at(-1)];
      return `M${first?.x ?? 0} 100L${run.map(({ x, y }) => `${x} ${y}`).join('L')}L${last?.x ?? 0} 100Z`;
    })
    .join(' ');
  return (
    <Plot
      scale={scale}
      hasValues={highest > 0}
      below={
        seconds > 0 && (
          <>
            <span className="absolute left-0">{t('networkTest.seconds', { n: 0 })}</span>
            <span className="absolute right-0">{t('networkTest.seconds', { n: seconds })}</span>
          </>
        )
      }
    >
      <PlotPath d={areas} className="fill-accent opacity-12 forced-colors:fill-none" />
      <PlotPath d={lines} className="fill-none stroke-text stroke-2 forced-colors:stroke-[CanvasText]" />
    </Plot>
  );
}
