import { useMemo } from 'react';
import type { NetworkTestView } from '../../../shared/network-test.ts';
import { ScaleHolder } from '../../format/chart-scale.ts';
import { countText } from '../../format/numbers.ts';
import { useLanguage } from '../../i18n/translate.ts';
import { classNames } from '../../ui/class-names.ts';
import { Plot, PlotPath } from './plot.tsx';

/** How fast it went with how many connections: a dot each, the one that will be used filled. */
export function StepsPlot({ steps, best }: Pick<NetworkTestView, 'steps' | 'best'>) {
  const locale = useLanguage();
  const holder = useMemo(() => new ScaleHolder(), []);
  const highest = Math.max(0, ...steps.map(({ bytesPerSecond }) => bytesPerSecond ?? 0));
  const scale = holder.update(highest, 0);
  const dots = steps.map(({ streams, bytesPerSecond }, index) => ({
    streams,
    x: ((index + 0.5) / steps.length) * 100,
    y: bytesPerSecond === null ? null : (1 - bytesPerSecond / scale.top) * 100,
  }));
  const measured = dots.filter(({ y }) => y !== null);
  const line = measured.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y ?? 100}`).join(' ');
  return (
    <Plot
      scale={scale}
      hasValues={highest > 0}
      below={dots.map(({ streams, x }) => (
        <span
          key={streams}
          className={classNames('absolute -translate-x-1/2', streams === best && 'font-semibold text-text')}
          style={{ left: `${x}%` }}
        >
          {countText(streams, locale)}
        </span>
      ))}
    >
      <PlotPath
        d={line}
        className="fill-none stroke-accent stroke-[1.5px] opacity-40 forced-colors:stroke-[CanvasText]"
      />
      {measured.map(({ streams, x, y }) => (
        <span
          key={streams}
          className={classNames(
            'absolute size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-accent forced-colors:border-[Highlight]',
            streams === best
              ? 'bg-accent outline-2 outline-offset-2 outline-accent forced-colors:bg-[Highlight]'
              : 'bg-surface',
          )}
          style={{ left: `${x}%`, top: `${y ?? 100}%` }}
        />
      ))}
    </Plot>
  );
}
