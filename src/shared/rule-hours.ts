/** The part of each day in which a rule holds, in minutes since midnight by the clock of this device. */
export interface RuleHours {
  readonly fromMinute: number;
  /** Before `fromMinute`: it is over midnight. The same: all day. */
  readonly toMinute: number;
}

export const MINUTES_OF_DAY = 24 * 60;

/** Whether a rule with these hours holds now; null holds always. */
export function isWithinHours(hours: RuleHours | null, now: Date): boolean {
  if (hours === null || hours.fromMinute === hours.toMinute) return true;
  const minute = now.getHours() * 60 + now.getMinutes();
  const { fromMinute, toMinute } = hours;
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}

/** `08:30` as a clock field has it. */
export function toClock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** What a person types for a time of day: `8`, `8:30`, `8.30`, `0830`, `24:00` is midnight. Null is none. */
export function fromClock(text: string): number | null {
  const found = /^(\d{1,2})(?:[:.h]?(\d{2}))?$/.exec(text.trim());
  if (found === null) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)];
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return null;
  return (hour % 24) * 60 + minute;
}
