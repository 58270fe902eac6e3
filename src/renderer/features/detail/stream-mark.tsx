import { STREAM_DASHES } from './draw-chart.ts';

/** How the line of a connection looks in the chart: its colour, and its strokes where colours are forced. */
export function StreamMark({ index }: { readonly index: number }) {
  return (
    <>
      <span
        aria-hidden
        className="h-0.5 w-2.5 shrink-0 rounded-full forced-colors:hidden"
        style={{ background: `var(--stream-${index + 1})` }}
      />
      <svg aria-hidden width="16" height="2" className="hidden shrink-0 forced-colors:block">
        <line
          x1="0"
          y1="1"
          x2="16"
          y2="1"
          stroke="LinkText"
          strokeWidth="2"
          strokeDasharray={(STREAM_DASHES[index] ?? []).join(' ')}
        />
      </svg>
    </>
  );
}
