import type { JobResult } from '../../shared/job.ts';
import { REFUSED_BY_SOURCE } from '../transfer/read-answers.ts';
import type { JobEndedMessage } from '../wire/job-messages.ts';
import { fromResultMessage } from './result-message.ts';
import type { Sending } from './sending-job.ts';

/**
 * How a job ended, as its destination tells. Of an order of ours it is said here whose no ended it and what that was
 * about: the destination keeps its names to itself, and only who ordered knows those of both ends.
 */
export function heardEnd(
  { order, live }: Pick<Sending, 'order' | 'live'>,
  message: JobEndedMessage['result'],
): JobResult {
  const result = fromResultMessage(message);
  const { failure } = result;
  if (failure?.code !== 'no-right' || order === null || order.kind === 'given') return result;
  const isOfSource = failure.reason === REFUSED_BY_SOURCE && order.kind === 'elsewhere';
  const device = (isOfSource ? order.source.name : live.view.peer?.name) ?? '';
  const shares = isOfSource ? [...new Set(order.items.map(({ share }) => share))] : [order.into.share];
  return { ...result, failure: { ...failure, subject: `${device}:${shares.join(', ')}` } };
}
