import { Failure } from '../../shared/failure.ts';
import type { JobResult } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { StopReason } from '../transfer/pull-order.ts';
import { REFUSED_BY_SOURCE } from '../transfer/read-answers.ts';
import { type Receiving, wireTotal } from './receiving-job.ts';

/** Keeps why a pull may not go on, if that is why it stops. @returns what its data worker is told. */
export function noteRefusal(pull: Pick<Receiving, 'refusal'>, why: StopReason | Failure): StopReason {
  if (!(why instanceof Failure)) return why;
  pull.refusal = why;
  return 'cancelled';
}

/**
 * How a pull ended, as the devices in it are told. What went over the control connection counts too; a right that
 * was taken away is a no, not somebody's wish to cancel; and a no of the source bears its name.
 */
export function endOfPull(
  { refusal, wireStart, live }: Pick<Receiving, 'refusal' | 'wireStart' | 'live'>,
  pulled: JobResult,
  link: Link | null,
): JobResult {
  const control = link === null ? 0 : Math.max(0, wireTotal(link) - wireStart);
  const ended = { ...pulled, wireBytes: pulled.wireBytes + control };
  if (refusal !== null && pulled.state === 'cancelled') {
    return { ...ended, state: 'failed', failure: refusal.toData() };
  }
  const { failure } = pulled;
  const source = live.view.peer?.name;
  if (failure?.reason !== REFUSED_BY_SOURCE || failure.subject !== undefined || source === undefined)
    return ended;
  return {
    ...ended,
    failure: new Failure(failure.code, { subject: source, reason: failure.reason }).toData(),
  };
}
