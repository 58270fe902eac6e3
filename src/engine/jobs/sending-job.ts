import { randomBytes } from 'node:crypto';
import type { CopyOptions } from '../../shared/copy-options.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { InspectedItem } from '../transfer/worker-messages.ts';
import { secretHashOf } from './grant-record.ts';
import type { LiveJob } from './job-book.ts';
import type { SendingOrder } from './order-records.ts';
import type { PageJob } from './page-job.ts';
import type { Reaching } from './reach-destination.ts';

/** What this engine remembers of a job it is the source of. */
export interface Sending extends Reaching {
  readonly items: readonly SelectedItem[];
  readonly inspected: readonly InspectedItem[];
  /** Null: the files are on a disk here. */
  readonly page: PageJob | null;
  /** Null: it was given out by an earlier run of the engine, and only its hash is kept. */
  secret: Buffer | null;
  secretHash: Buffer;
  readonly options: CopyOptions;
  /** Null for a plain offer. */
  order: SendingOrder | null;
  /** The earlier job that it repeats, if it does. */
  readonly repeats?: JobId;
  /** Several peers get it at once: they share what is read. Absent is no. */
  readonly isForSeveral?: boolean;
  pullerId: DeviceId | null;
  /** Data connections that are open now. */
  streams: number;
  /** Whether the destination has answered the offer, or may have: then it is asked before it is offered again. */
  isAccepted: boolean;
  /** Epoch of the destination's engine that last knew the job; null: none that this engine has heard. */
  knownIn: string | null;
}

/** A selection that was looked at. */
export type Chosen = Pick<Sending, 'items' | 'inspected' | 'page' | 'repeats' | 'isForSeveral'>;

/** One that begins now, with a secret of its own. */
export function newSending(live: LiveJob, chosen: Chosen, options: CopyOptions): Sending {
  return { ...restedSending(live, chosen, options), ...newSecret(), isAccepted: false };
}

/** An order of ours: the secret is kept with the job, so that the order can be sent again as it was. */
export function orderedSending(
  live: LiveJob,
  chosen: Chosen,
  options: CopyOptions,
  { order, secret }: { readonly order: SendingOrder; readonly secret: Uint8Array },
  isAccepted = false,
): Sending {
  const kept = Buffer.from(secret);
  return {
    ...restedSending(live, chosen, options),
    order,
    secret: kept,
    secretHash: secretHashOf(kept),
    isAccepted,
  };
}

/** An order of another device on our shares: its secret was never here. */
export function givenSending(
  live: LiveJob,
  chosen: Chosen,
  options: CopyOptions,
  { order, secretHash }: { readonly order: SendingOrder; readonly secretHash: Uint8Array },
): Sending {
  const rested = restedSending(live, chosen, options);
  return { ...rested, order, secret: null, secretHash: Buffer.from(secretHash), isAccepted: true };
}

export function newSecret(): { secret: Buffer; secretHash: Buffer } {
  const secret = randomBytes(32);
  return { secret, secretHash: secretHashOf(secret) };
}

/** One that an earlier run of the engine began. */
export function restoredSending(
  live: LiveJob,
  chosen: Chosen,
  options: CopyOptions,
  grant: { readonly secretHash: Uint8Array; readonly puller: DeviceId },
): Sending {
  const secretHash = Buffer.from(grant.secretHash);
  const { puller: pullerId } = grant;
  return { ...restedSending(live, chosen, options), secret: null, secretHash, pullerId, isAccepted: true };
}

function restedSending(live: LiveJob, chosen: Chosen, options: CopyOptions) {
  const reachedMs = Number.NEGATIVE_INFINITY;
  const unmet = { order: null, pullerId: null, streams: 0, isLooking: false, reachedMs, knownIn: null };
  return { live, ...chosen, options, ...unmet };
}
