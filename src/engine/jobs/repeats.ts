import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { JobRecord, PeerRecord } from '../state/records.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import { chooseAgain } from './chosen.ts';
import type { JobParts } from './job-parts.ts';
import { repeatedItems } from './repeated-selection.ts';
import type { Chosen } from './sending-job.ts';

type Send = (chosen: Chosen, peer: PeerRecord, options: CopyOptions) => Promise<JobView>;

/** Whether a job repeats `job`, as it is stored. */
function repeatsOf({ resume }: JobRecord): string | null {
  if (typeof resume !== 'object' || resume === null || !('repeats' in resume)) return null;
  return typeof resume.repeats === 'string' ? resume.repeats : null;
}

/**
 * Whether the destination may have a job once more without anybody here saying so: what was ordered for it and has
 * not all arrived is still its own; what has, only for a device of the same person.
 */
function mayHaveAgain({ view }: JobRecord, peer: PeerRecord): boolean {
  if (peer.trust === 'mine') return true;
  if (view.state === 'partial' || view.state === 'failed') return true;
  return view.state === 'cancelled' && view.cancelledBy === 'peer';
}

/** Earlier jobs of this source that are ordered once more: here, or by the device that they went to. */
export class Repeats {
  readonly #parts: JobParts;
  readonly #send: Send;
  /** Devices whose request is being looked at: one at a time for each. */
  readonly #busy = new Set<DeviceId>();

  constructor(parts: JobParts, send: Send) {
    this.#parts = parts;
    this.#send = send;
  }

  /** Orders an ended job again. @throws Failure `usage`, `no-such-path`, `unreadable`. */
  async again(record: JobRecord, peer: PeerRecord, only: 'all' | 'failed'): Promise<JobView> {
    const whole = only === 'all' ? record : await this.#withProblems(record);
    const chosen = await chooseAgain(this.#parts.pool, repeatedItems(whole, only), record.job);
    return await this.#send(chosen, peer, record.options);
  }

  /** As it is stored singly: with its problems. */
  async #withProblems(record: JobRecord): Promise<JobRecord> {
    return (await this.#parts.state.jobs.get(record)) ?? record;
  }

  /** Takes a message if a destination asks for a job of ours again. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'job-again') return false;
    const { job } = message;
    const refuse = (error: unknown) => {
      link.tell({ kind: 'job-again-refused', job, code: toFailure(error).code });
    };
    if (this.#busy.has(link.peerId)) refuse(new Failure('declined'));
    else {
      this.#busy.add(link.peerId);
      void this.#offerAgain(link.peerId, message)
        .catch(refuse)
        .finally(() => this.#busy.delete(link.peerId));
    }
    return true;
  }

  async #offerAgain(peerId: DeviceId, { job, only }: LinkMessageOf<'job-again'>): Promise<void> {
    const { state, peers, book, ownId } = this.#parts;
    const record = await state.jobs.get({ orderer: ownId, job });
    const peer = peers.get(peerId);
    const isTheirs = record?.view.peer?.id === peerId && record.roles.includes('source');
    // The same for a job that is not theirs and for none: nobody learns what others were sent.
    // An order is ordered again by who gave it.
    const isOrder = record !== null && record.view.between !== null;
    if (record === null || peer === null || isOrder || !isTheirs || !mayHaveAgain(record, peer)) {
      throw new Failure('declined');
    }
    if (book.get(job) !== null || !ENDED_STATES.has(record.view.state)) throw new Failure('declined');
    const open = await state.jobs.listOpen();
    if (open.some((other) => repeatsOf(other) === job)) throw new Failure('declined');
    await this.again(record, peer, only);
  }
}
