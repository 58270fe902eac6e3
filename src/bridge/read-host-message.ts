import type { EngineEvent } from '../shared/engine-api.ts';
import { type FailureData, isFailureCode } from '../shared/failure.ts';
import type { HostMessage } from './messages.ts';

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function readFailure(value: unknown): FailureData | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, subject, reason } = value as Record<keyof FailureData, unknown>;
  if (typeof code !== 'string' || !isFailureCode(code)) return null;
  if (!isTextOrAbsent(subject) || !isTextOrAbsent(reason)) return null;
  return { code, ...(subject === undefined ? {} : { subject }), ...(reason === undefined ? {} : { reason }) };
}

function isEvent(value: unknown): value is EngineEvent {
  // The kind is checked; the rest is the promise of the contract, which both ends share.
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}

/**
 * A message of the host, or null when it is none. The host is the person's own engine, so this checks the frame
 * only; and it does without a validator, because a command loads this each time it starts.
 */
export function readHostMessage(raw: unknown): HostMessage | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { kind, id, version, output, failure, number, event } = raw as Record<string, unknown>;
  switch (kind) {
    case 'hello':
      return Number.isInteger(version) ? { kind, version: version as number } : null;
    case 'reply':
      return isId(id) ? { kind, id, output } : null;
    case 'failure': {
      const data = readFailure(failure);
      return isId(id) && data !== null ? { kind, id, failure: data } : null;
    }
    case 'event':
      return Number.isInteger(number) && isEvent(event) ? { kind, number: number as number, event } : null;
    case 'resync':
      return { kind };
    default:
      return null;
  }
}
