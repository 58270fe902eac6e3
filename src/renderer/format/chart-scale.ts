/** How long a lower top must be enough before the axis shrinks to it. */
const SHRINK_AFTER_MS = 10_000;
/** Most lines across the chart, the lowest at zero left out. */
const LINES = 4;

/** The smallest of 1, 2, 5 times a power of ten that is at least `value`. */
export function niceStep(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 2, 5]) if (factor * power >= value) return factor * power;
  return 10 * power;
}

/** The axis of a chart: bytes per second of its step; its top is a few of them. */
export interface Scale {
  readonly step: number;
  readonly top: number;
}

function scaleFor(highest: number): Scale {
  const step = niceStep(Math.max(highest, 3_000) / LINES);
  const lines = Math.max(2, Math.ceil(highest / step));
  return { step, top: step * Math.min(LINES, lines) };
}

/** Grows at once, shrinks only after 10 s, so that the axis does not jump. One per chart. */
export class ScaleHolder {
  #scale: Scale | null = null;
  #lowerSinceMs: number | null = null;

  update(highest: number, nowMs: number): Scale {
    const wanted = scaleFor(highest);
    if (this.#scale === null || wanted.top >= this.#scale.top) {
      this.#scale = wanted;
      this.#lowerSinceMs = null;
      return wanted;
    }
    this.#lowerSinceMs ??= nowMs;
    if (nowMs - this.#lowerSinceMs >= SHRINK_AFTER_MS) {
      this.#scale = wanted;
      this.#lowerSinceMs = null;
    }
    return this.#scale;
  }

  /** For another range of time: nothing has to be kept calm. */
  reset(): void {
    this.#scale = null;
    this.#lowerSinceMs = null;
  }
}
