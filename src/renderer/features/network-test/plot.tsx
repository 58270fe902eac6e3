import type { ReactNode } from 'react';
import type { Scale } from '../../format/chart-scale.ts';
import { speedText } from '../../format/numbers.ts';
import { useLanguage } from '../../i18n/translate.ts';

export interface PlotProps {
  readonly scale: Scale;
  /** False: there is nothing to measure yet, only the ground is drawn. */
  readonly hasValues: boolean;
  /** Drawn in a box that goes from 0 to 100 both ways; 100 is the bottom. */
  readonly children: ReactNode;
  /** What stands below, in a line of its own. */
  readonly below: ReactNode;
}

/** The heights at which there are lines: none at the ground, which is a line of its own. */
function linesOf({ step, top }: Scale): readonly number[] {
  return Array.from({ length: Math.round(top / step) }, (_, index) => (index + 1) * step);
}

/** A picture of speeds: lines, their labels in a gutter at the right, and what is drawn on them. */
export function Plot({ scale, hasValues, children, below }: PlotProps) {
  const locale = useLanguage();
  const lines = hasValues ? linesOf(scale) : [];
  return (
    <div className="flex flex-col" aria-hidden>
      <div className="relative h-28 pr-18">
        <div className="relative h-full border-b border-line forced-colors:border-[GrayText]">
          {lines.map((value) => (
            <div
              key={value}
              className="absolute inset-x-0 border-t border-line forced-colors:border-[GrayText]"
              style={{ bottom: `${(value / scale.top) * 100}%` }}
            />
          ))}
          {children}
        </div>
        {lines.map((value) => (
          <span
            key={value}
            className="absolute right-0 w-16 translate-y-1/2 text-12 whitespace-nowrap text-text-3"
            style={{ bottom: `${(value / scale.top) * 100}%` }}
          >
            {speedText(value, locale)}
          </span>
        ))}
      </div>
      <div className="relative mr-18 h-5 pt-1 text-12 text-text-2">{below}</div>
    </div>
  );
}

/** A line through the box; its width stays what it is however the box is stretched. */
export function PlotPath({ d, className }: { readonly d: string; readonly className: string }) {
  return (
    <svg
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      role="presentation"
      className="absolute inset-0 size-full overflow-visible"
    >
      <path d={d} className={className} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
