import { classNames } from './class-names.ts';

export type BarTone = 'moving' | 'still' | 'bad';

export interface ProgressBarProps {
  /** 0 to 1; null while nobody can tell: then no fill and no percent. */
  readonly fraction: number | null;
  readonly tone: BarTone;
  /** Read aloud. */
  readonly label: string;
}

const TONES: Readonly<Record<BarTone, string>> = {
  moving: 'bg-accent',
  still: 'bg-text-3',
  bad: 'bg-bad',
};

/** 6 px; accent while it moves, grey while it is still, red when it failed. */
export function ProgressBar({ fraction, tone, label }: ProgressBarProps) {
  const percent = fraction === null ? undefined : Math.floor(fraction * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line outline-1 -outline-offset-1 outline-(--track-outline) forced-colors:border forced-colors:border-[CanvasText]"
    >
      <div
        className={classNames(
          'h-full origin-left rounded-full transition-transform duration-100 ease-linear forced-colors:bg-[Highlight]',
          TONES[tone],
        )}
        style={{ transform: `scaleX(${fraction ?? 0})` }}
      />
    </div>
  );
}
