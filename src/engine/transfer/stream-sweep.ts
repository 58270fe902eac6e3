import type { NetworkTestStep } from '../../shared/network-test.ts';

/** What fewer connections may lack of the most that was measured, and still be the better choice. */
const CLOSE_ENOUGH = 0.95;
/** Steps in a row that bring less than this much more than the best so far end a sweep. */
const GAIN = 1.03;
const FRUITLESS_STEPS = 3;

/** Fewest connections that come close to the most that was measured; null before anything was. */
export function saturationOf(
  steps: readonly NetworkTestStep[],
): { readonly streams: number; readonly bytesPerSecond: number } | null {
  const speeds = steps.map(({ bytesPerSecond }) => bytesPerSecond ?? 0);
  const most = Math.max(0, ...speeds);
  if (most <= 0) return null;
  const at = speeds.findIndex((speed) => speed >= most * CLOSE_ENOUGH);
  const found = steps[at];
  return found === undefined ? null : { streams: found.streams, bytesPerSecond: speeds[at] ?? 0 };
}

/** Whether further connections are not worth measuring: the last few steps have brought nothing. */
export function isSaturated(steps: readonly NetworkTestStep[]): boolean {
  let best = 0;
  let fruitless = 0;
  for (const { bytesPerSecond } of steps) {
    if (bytesPerSecond === null) continue;
    if (bytesPerSecond > best * GAIN) fruitless = 0;
    else fruitless += 1;
    best = Math.max(best, bytesPerSecond);
  }
  return fruitless >= FRUITLESS_STEPS;
}
