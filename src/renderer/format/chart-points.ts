import type { SpeedSeries } from '../../shared/job.ts';
import type { SpeedSample } from '../store/speed-history.ts';

/** One point of a line; null is a gap: it was paused or waiting. */
export interface ChartPoint {
  readonly atMs: number;
  readonly value: number | null;
}

export function seriesPoints(series: SpeedSeries): readonly ChartPoint[] {
  return series.values.map((value, index) => ({ atMs: series.startMs + index * series.stepMs, value }));
}

/** What the engine remembers up to where this page has seen for itself, then that. */
export function joinPoints(
  older: readonly ChartPoint[],
  samples: readonly SpeedSample[],
): readonly ChartPoint[] {
  const fromMs = samples[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return [
    ...older.filter(({ atMs }) => atMs < fromMs),
    ...samples.map(({ atMs, bytesPerSecond }) => ({ atMs, value: bytesPerSecond })),
  ];
}

/** Pauses, highest and mean of what moved. */
export interface PointFacts {
  readonly highest: number;
  readonly average: number | null;
  readonly pauses: number;
}

export function pointFacts(points: readonly ChartPoint[]): PointFacts {
  let highest = 0;
  let sum = 0;
  let count = 0;
  let pauses = 0;
  let isGap = true;
  for (const { value } of points) {
    if (value === null) {
      if (!isGap) pauses += 1;
      isGap = true;
      continue;
    }
    isGap = false;
    highest = Math.max(highest, value);
    sum += value;
    count += 1;
  }
  // A gap at the end is the end of the copy, or a pause that has not been one yet.
  if (points.at(-1)?.value === null && pauses > 0) pauses -= 1;
  return { highest, average: count === 0 ? null : sum / count, pauses };
}
