import type { ChartPoint } from '../../format/chart-points.ts';
import type { Scale } from '../../format/chart-scale.ts';
import type { SpeedSample } from '../../store/speed-history.ts';

/** Colours as the document has them now; system colours where they are forced. */
export interface ChartColors {
  readonly text: string;
  readonly label: string;
  readonly line: string;
  readonly accent: string;
  readonly isForced: boolean;
  readonly streams: readonly string[];
}

export interface ChartPicture {
  readonly points: readonly ChartPoint[];
  /** For the lines of single connections; empty where only the total is known. */
  readonly samples: readonly SpeedSample[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly scale: Scale;
  readonly average: number | null;
  /** Connection (from 0) that stands out; the rest fades. */
  readonly focused: number | null;
  readonly labelOf: (bytesPerSecond: number) => string;
}

/** Right of the lines: the labels, which never move. */
const GUTTER = 72;
const PAD_TOP = 8;
const PAD_BOTTOM = 4;
/** Samples further apart than this are not joined. */
const GAP_MS = 2_500;
export const MAX_STREAM_LINES = 8;
/** Lengths of strokes and gaps, by connection: what tells the lines apart where all have one colour. */
export const STREAM_DASHES: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [10, 3],
  [8, 3, 2, 3],
  [1, 3],
  [4, 6],
  [10, 3, 2, 3, 2, 3],
];

export function readColors(element: Element): ChartColors {
  if (matchMedia('(forced-colors: active)').matches) {
    return {
      text: 'CanvasText',
      label: 'CanvasText',
      line: 'GrayText',
      accent: 'Highlight',
      isForced: true,
      streams: Array.from({ length: MAX_STREAM_LINES }, () => 'LinkText'),
    };
  }
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read('--text'),
    label: read('--text-3'),
    line: read('--line'),
    accent: read('--accent'),
    isForced: false,
    streams: Array.from({ length: MAX_STREAM_LINES }, (_, index) => read(`--stream-${index + 1}`)),
  };
}

interface Frame {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  readonly right: number;
  readonly bottom: number;
  readonly gapMs: number;
}

/** Runs of points without a gap, as coordinates. */
function runsOf(
  points: readonly ChartPoint[],
  { x, y, gapMs }: Frame,
): readonly (readonly [number, number][])[] {
  const runs: [number, number][][] = [];
  let run: [number, number][] | null = null;
  let lastMs = 0;
  for (const { atMs, value } of points) {
    if (value === null) {
      run = null;
      continue;
    }
    if (run === null || atMs - lastMs > gapMs) {
      run = [];
      runs.push(run);
    }
    run.push([x(atMs), y(value)]);
    lastMs = atMs;
  }
  return runs;
}

function stroke(context: CanvasRenderingContext2D, run: readonly (readonly [number, number])[]): void {
  context.beginPath();
  run.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.stroke();
}

function drawGrid(
  context: CanvasRenderingContext2D,
  picture: ChartPicture,
  frame: Frame,
  colors: ChartColors,
) {
  context.font = '12px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  // Without a speed there is nothing to measure: only the ground.
  const top = picture.points.some(({ value }) => value !== null) ? picture.scale.top + 1 : 0;
  for (let value = 0; value <= top; value += picture.scale.step) {
    const y = Math.round(frame.y(value)) + 0.5;
    context.strokeStyle = colors.line;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(frame.right, y);
    context.stroke();
    context.fillStyle = colors.label;
    if (value > 0) context.fillText(picture.labelOf(value), frame.right + 8, Math.max(y, 8));
  }
}

function drawStreams(
  context: CanvasRenderingContext2D,
  picture: ChartPicture,
  frame: Frame,
  colors: ChartColors,
) {
  const count = Math.min(
    MAX_STREAM_LINES,
    picture.samples.reduce((most, { streams }) => Math.max(most, streams.length), 0),
  );
  context.lineWidth = 1.5;
  for (let index = 0; index < count; index += 1) {
    const points = picture.samples.map(({ atMs, streams }) => ({ atMs, value: streams[index] ?? null }));
    context.strokeStyle = colors.streams[index] ?? colors.label;
    context.globalAlpha = picture.focused === null || picture.focused === index ? 1 : 0.2;
    context.setLineDash(colors.isForced ? [...(STREAM_DASHES[index] ?? [])] : []);
    for (const run of runsOf(points, frame)) stroke(context, run);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawTotal(
  context: CanvasRenderingContext2D,
  picture: ChartPicture,
  frame: Frame,
  colors: ChartColors,
) {
  const runs = runsOf(picture.points, frame);
  const faded = picture.focused === null ? 1 : 0.2;
  for (const run of runs) {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) continue;
    context.globalAlpha = 0.12 * faded;
    context.fillStyle = colors.accent;
    context.beginPath();
    context.moveTo(first[0], frame.bottom);
    for (const [x, y] of run) context.lineTo(x, y);
    context.lineTo(last[0], frame.bottom);
    context.fill();
  }
  return () => {
    context.globalAlpha = faded;
    context.strokeStyle = colors.text;
    context.lineWidth = 2;
    for (const run of runs) stroke(context, run);
    context.globalAlpha = 1;
  };
}

function drawAverage(
  context: CanvasRenderingContext2D,
  picture: ChartPicture,
  frame: Frame,
  colors: ChartColors,
) {
  if (picture.average === null) return;
  const y = Math.round(frame.y(picture.average)) + 0.5;
  context.strokeStyle = colors.label;
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(frame.right, y);
  context.stroke();
  context.setLineDash([]);
}

/** Draws a picture of `width` by `height` CSS pixels; the context is scaled to them already. */
export function drawChart(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  picture: ChartPicture,
  colors: ChartColors,
): void {
  context.clearRect(0, 0, width, height);
  context.lineJoin = 'round';
  const right = width - GUTTER;
  const bottom = height - PAD_BOTTOM;
  const spanMs = Math.max(1, picture.toMs - picture.fromMs);
  const frame: Frame = {
    x: (atMs) => ((atMs - picture.fromMs) / spanMs) * right,
    y: (value) => bottom - (Math.min(value, picture.scale.top) / picture.scale.top) * (bottom - PAD_TOP),
    right,
    bottom,
    gapMs: Math.max(GAP_MS, spanMs / 40),
  };
  drawGrid(context, picture, frame, colors);
  context.save();
  context.beginPath();
  context.rect(0, 0, right, height);
  context.clip();
  const strokeTotal = drawTotal(context, picture, frame, colors);
  drawStreams(context, picture, frame, colors);
  drawAverage(context, picture, frame, colors);
  strokeTotal();
  context.restore();
}
