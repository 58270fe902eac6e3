/** A point in a box that goes from 0 to 100 both ways; 100 is the bottom. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** Speeds over time as lines: one for every stretch without a gap. `top` is the speed at the upper edge. */
export function runsOfSeries(
  values: readonly (number | null)[],
  top: number,
): readonly (readonly PlotPoint[])[] {
  const last = Math.max(1, values.length - 1);
  const runs: PlotPoint[][] = [];
  let run: PlotPoint[] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      run = null;
      continue;
    }
    if (run === null) {
      run = [];
      runs.push(run);
    }
    run.push({ x: (index / last) * 100, y: (1 - Math.min(value, top) / top) * 100 });
  }
  return runs;
}
