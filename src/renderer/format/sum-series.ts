import type { SpeedSeries } from '../../shared/job.ts';

/** Several series as one: what all of them moved together; a gap where none of them did. */
export function sumSeries(all: readonly SpeedSeries[], fromMs: number, toMs: number): SpeedSeries {
  const known = all.filter(({ values }) => values.length > 0);
  const stepMs = Math.max(1, ...known.map((series) => series.stepMs));
  const values: (number | null)[] = [];
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
    let sum: number | null = null;
    for (const series of known) {
      const value = series.values[Math.floor((atMs - series.startMs) / series.stepMs)] ?? null;
      if (value !== null) sum = (sum ?? 0) + value;
    }
    values.push(sum);
  }
  return { startMs: fromMs, stepMs, values };
}
