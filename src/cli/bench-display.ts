import { escapeText } from '../shared/escape.ts';
import { formatRate } from '../shared/format.ts';
import type { NetworkTestView } from '../shared/network-test.ts';
import type { JsonLine } from './lines.ts';
import { tableLines } from './table.ts';

const BAR_WIDTH = 30;

/** A network test that is over, as scripts rely on it. */
export function toBenchLine({ steps, best, bytesPerSecond }: NetworkTestView): JsonLine {
  return {
    kind: 'bench',
    streams: steps.map(({ streams: n, bytesPerSecond: speed }) => ({ n, bytesPerSecond: speed })),
    best,
    bytesPerSecond,
  };
}

/** The same for people: a row for each number of connections, and once it is over what is worth having. */
export function benchLines({ peer, steps, state, best, bytesPerSecond }: NetworkTestView): string[] {
  const most = Math.max(1, ...steps.map((step) => step.bytesPerSecond ?? 0));
  const rows = steps
    .filter((step) => step.bytesPerSecond !== null)
    .map(({ streams, bytesPerSecond: speed }) => [
      `${streams}`.padStart(7),
      formatRate(speed ?? 0).padStart(10),
      '━'.repeat(Math.round(((speed ?? 0) / most) * BAR_WIDTH)),
    ]);
  const table = tableLines([['streams', 'speed'.padStart(10), ''], ...rows]);
  if (state === 'running') return [...table, `measuring the way from ${escapeText(peer.name)} ...`];
  if (best === null || bytesPerSecond === null) return table;
  const word = best === 1 ? 'stream' : 'streams';
  return [
    ...table,
    `Saturated with ${best} ${word} at ${formatRate(bytesPerSecond)}; copies from ${escapeText(peer.name)} begin with ${best}.`,
  ];
}
