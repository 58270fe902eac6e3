import { Failure } from '../../shared/failure.ts';
import type { LogLevel } from '../engine-options.ts';

/** Least talkative first. */
export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** Longest line in UTF-16 units; what is longer is cut, so that no peer can fill the disk with one name. */
export const MAX_LOG_LINE_LENGTH = 8 * 1024;

/** Whether an event of `level` is kept by a log set to `threshold`. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold);
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Failure) return { ...value.toData(), cause: causeOf(value) };
  if (value instanceof Error) return { error: value.message, stack: value.stack };
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}

function causeOf(failure: Failure): string | undefined {
  return failure.cause instanceof Error ? (failure.cause.stack ?? failure.cause.message) : undefined;
}

/** One event as one JSON line with its newline. Never throws: a log must not be what fails. */
export function toLogLine(
  timeMs: number,
  level: LogLevel,
  event: string,
  detail: Readonly<Record<string, unknown>> = {},
): string {
  const head = { time: new Date(timeMs).toISOString(), level, event };
  const line = stringify({ ...head, ...detail, ...head }) ?? JSON.stringify({ ...head, unwritable: true });
  if (line.length <= MAX_LOG_LINE_LENGTH) return `${line}\n`;
  return `${JSON.stringify({ ...head, cut: line.slice(0, MAX_LOG_LINE_LENGTH / 4) })}\n`;
}

function stringify(value: unknown): string | null {
  try {
    return JSON.stringify(value, plain);
  } catch {
    return null;
  }
}
