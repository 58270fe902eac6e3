/** Numbers for people: decimal units, three digits, no break before the unit. */

/** Making one takes a hundred times as long as using it, and lists use one in every row. */
function kept<Options, Format>(
  make: (locale: string, options: Options) => Format,
): (locale: string, options: Options) => Format {
  const formats = new Map<string, Format>();
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const known = formats.get(key) ?? make(locale, options);
    formats.set(key, known);
    return known;
  };
}

const numberFormat = kept(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
const dateFormat = kept(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);
const relativeFormat = kept(
  (locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const NO_BREAK = '\u00a0';

function digitsFor(value: number): number {
  if (value >= 99.95) return 0;
  return value >= 9.995 ? 1 : 2;
}

function number(value: number, digits: number, locale: string): string {
  return numberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** The index of the unit in which three digits are enough, counting what rounding does (999.6 kB is 1.00 MB). */
function unitOf(bytes: number): number {
  let index = 0;
  let rest = bytes;
  while (rest >= (index === 0 ? 1000 : 999.5) && index < BYTE_UNITS.length - 1) {
    rest /= 1000;
    index += 1;
  }
  return index;
}

/** `9.87 MB`, `98.7 MB`, `987 MB`, `812 bytes` as `812 B`. */
export function bytesText(bytes: number, locale: string): string {
  const index = unitOf(Math.max(0, bytes));
  const value = Math.max(0, bytes) / 1000 ** index;
  const digits = index === 0 ? 0 : digitsFor(value);
  return `${number(value, digits, locale)}${NO_BREAK}${BYTE_UNITS[index]}`;
}

/** `567 MB/s`; `–` when nothing moves. Below a megabyte a second in kB/s. */
export function speedText(bytesPerSecond: number | null, locale: string): string {
  if (bytesPerSecond === null || bytesPerSecond <= 0) return '–';
  const index = Math.max(1, unitOf(bytesPerSecond));
  const value = bytesPerSecond / 1000 ** index;
  return `${number(value, digitsFor(value), locale)}${NO_BREAK}${BYTE_UNITS[index]}/s`;
}

/** `12,431`. */
export function countText(count: number, locale: string): string {
  return number(count, 0, locale);
}

/** `34 %` in the language's own way, rounded down. */
export function percentText(fraction: number, locale: string): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(
    Math.floor(fraction * 100) / 100,
  );
}

/** `4:32`, for what expires. */
export function countdownText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `now`, `2 min ago`, `14:05` today, else `18 Nov`. */
export function whenText(atMs: number, nowMs: number, locale: string): string {
  const agoMs = nowMs - atMs;
  if (agoMs < HOUR_MS) {
    const relative = relativeFormat(locale, { numeric: 'auto', style: 'short' });
    if (agoMs < MINUTE_MS) return relative.format(0, 'second');
    return relative.format(-Math.floor(agoMs / MINUTE_MS), 'minute');
  }
  return clockText(atMs, nowMs, locale);
}

/** `14:05` today, else `18 Nov`. */
export function clockText(atMs: number, nowMs: number, locale: string): string {
  const at = new Date(atMs);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  const format: Intl.DateTimeFormatOptions = isToday
    ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    : { day: 'numeric', month: 'short' };
  return dateFormat(locale, format).format(at);
}

/** `20 Nov 2026, 14:05:09`: to the second, by the clock of this device. */
export function momentText(atMs: number, locale: string): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(atMs);
}

/** `12 Nov`, with the year where it is not that of `nowMs`. */
export function dayText(atMs: number, nowMs: number, locale: string): string {
  const at = new Date(atMs);
  const isThisYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return dateFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(at);
}
