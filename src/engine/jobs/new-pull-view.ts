import { type JobView, NO_PROGRESS, newJobFields } from '../../shared/job.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { RedeemedMessage } from '../wire/job-messages.ts';

/** A selection as its source describes it, in an offer or after a code. */
export type Described = Omit<RedeemedMessage, 'kind'>;

/** A pull that begins now. */
export function newPullView(
  { job, items, files, bytes }: Described,
  peer: JobView['peer'],
  into: string,
  nowMs: number,
): JobView {
  return {
    ...newJobFields(job, nowMs),
    job,
    role: 'destination',
    state: 'preparing',
    waitingFor: null,
    peer,
    names: items.map((item) => showPath([fromBytes(item.name)]).path),
    into,
    progress: { ...NO_PROGRESS, totalFiles: files, totalBytes: bytes },
    result: null,
    parts: [],
    createdMs: nowMs,
    updatedMs: nowMs,
  };
}
