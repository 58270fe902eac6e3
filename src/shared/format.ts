/** Numbers for people, by Intl so that a second language is only another locale. Units are decimal. */

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;

/** Making one takes far longer than using it. There are few: units, digits and the languages of one process. */
const formats = new Map<string, Intl.NumberFormat>();

function formatUnit(value: number, unit: string, digits: number, locale: string): string {
  const key = `${locale} ${unit} ${digits}`;
  const format =
    formats.get(key) ??
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: unit === 'byte' ? 'long' : 'short',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  formats.set(key, format);
  return format.format(value);
}

/** Index of the largest unit that leaves at least 1, counting what rounding does (999.6 kB is 1.0 MB). */
function unitIndex(bytes: number): number {
  let index = 0;
  let rest = bytes;
  while (rest >= (index === 0 ? 1000 : 999.5) && index < BYTE_UNITS.length - 1) {
    rest /= 1000;
    index += 1;
  }
  return index;
}

function scaled(bytes: number): { value: number; unit: string; digits: number } {
  const index = unitIndex(bytes);
  const value = bytes / 1000 ** index;
  return { value, unit: BYTE_UNITS[index] ?? 'byte', digits: index === 0 || value >= 99.95 ? 0 : 1 };
}

/** `512 bytes`, `1.4 MB`, `340 GB`. */
export function formatBytes(bytes: number, locale = 'en'): string {
  const { value, unit, digits } = scaled(Math.max(0, bytes));
  return formatUnit(value, unit, digits, locale);
}

/** Bytes per second: `820 MB/s`. */
export function formatRate(bytesPerSecond: number, locale = 'en'): string {
  const { value, unit, digits } = scaled(Math.max(0, Math.round(bytesPerSecond)));
  return unit === 'byte'
    ? `${formatUnit(value, 'byte', 0, locale)}/s`
    : formatUnit(value, `${unit}-per-second`, digits, locale);
}

/** `50,000`. */
export function formatCount(count: number, locale = 'en'): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

/** Time that has passed: `0.4 sec`, `12 sec`, `3 min 20 sec`, `2 hr 5 min`. */
export function formatDuration(seconds: number, locale = 'en'): string {
  if (seconds < 9.95) return formatUnit(seconds, 'second', 1, locale);
  const whole = Math.round(seconds);
  if (whole < SECONDS_PER_MINUTE) return formatUnit(whole, 'second', 0, locale);
  if (whole < SECONDS_PER_HOUR) {
    return formatTwo(whole, SECONDS_PER_MINUTE, 'minute', 1, 'second', locale);
  }
  return formatTwo(whole, SECONDS_PER_HOUR, 'hour', SECONDS_PER_MINUTE, 'minute', locale);
}

/** Time left, no more exact than a forecast can be: 1 s steps below 10 s, then 5 s, then minutes. */
export function formatTimeLeft(seconds: number, locale = 'en'): string {
  if (seconds < 1) return `< ${formatUnit(1, 'second', 0, locale)}`;
  if (seconds < 10) return formatUnit(Math.round(seconds), 'second', 0, locale);
  const rounded = Math.ceil(seconds / 5) * 5;
  if (rounded < SECONDS_PER_MINUTE) return formatUnit(rounded, 'second', 0, locale);
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
  if (minutes < 60) return formatUnit(minutes, 'minute', 0, locale);
  return formatDuration(Math.round(seconds / 600) * 600, locale);
}

function formatTwo(
  seconds: number,
  largeSeconds: number,
  large: string,
  smallSeconds: number,
  small: string,
  locale: string,
): string {
  const inSmall = Math.round(seconds / smallSeconds);
  const perLarge = largeSeconds / smallSeconds;
  const rest = inSmall % perLarge;
  const head = formatUnit(Math.floor(inSmall / perLarge), large, 0, locale);
  return rest === 0 ? head : `${head} ${formatUnit(rest, small, 0, locale)}`;
}
