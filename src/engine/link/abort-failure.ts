import { Failure, toFailure } from '../../shared/failure.ts';

/** Why an aborted wait ended: the Failure it was aborted with, `timeout` for a deadline, else `cancelled`. */
export function abortFailure(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') return new Failure('timeout', {}, reason);
  return toFailure(reason, undefined, 'cancelled');
}
