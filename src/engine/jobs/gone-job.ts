import { Failure } from '../../shared/failure.ts';
import { KEEP_ENDED_MS } from '../state/operations/history-operations.ts';
import type { Sending } from './sending-job.ts';

/**
 * What it means that a destination does not know a job that it had taken. An engine that knew it in this very run has
 * done with it, and so has one that was asked later than results are kept: the job is over there, and must not be done
 * a second time. Any other has lost its state, and needs the order again.
 * @param epoch of the engine that was asked.
 * @param isPaired whether it can be offered anything.
 * @returns why the job ends; null: it is offered again.
 */
export function goneAt(
  { knownIn, live }: Pick<Sending, 'knownIn' | 'live'>,
  name: string,
  epoch: string,
  isPaired: boolean,
  nowMs = Date.now(),
): Failure | null {
  const isOld = nowMs - live.view.createdMs > KEEP_ENDED_MS;
  if (epoch === knownIn || isOld) return new Failure('unknown-job', { subject: name, reason: 'gone there' });
  return isPaired ? null : new Failure('peer-gone', { subject: name, reason: 'restarted' });
}
