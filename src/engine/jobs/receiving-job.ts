import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { JobResult } from '../../shared/job.ts';
import type { OpenRoot } from '../disk/folder.ts';
import type { Link } from '../link/link.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { JobRecord } from '../state/records.ts';
import { type StoredPull, storedPullOf } from './destination-records.ts';
import type { WaitingPull } from './disk-waits.ts';
import type { FollowedPull } from './follow-source.ts';
import type { JobBook, LiveJob } from './job-book.ts';
import type { ControlledPull } from './pull-control.ts';
import type { ReachingSource } from './reach-source.ts';
import type { ToldPull } from './tell-source.ts';

/** How a pull begins. */
export interface PullWishes {
  /** A person waits for it. */
  readonly isUrgent?: boolean;
  /** It ends where its source lists more. */
  readonly maxBytes?: number | null;
  /** Of the code it came by. */
  readonly codeHash?: string | null;
}

/** The shares that a pull is in at this device, as they are open now. */
export interface PullEnds {
  /** Where it goes; null: to a path. */
  readonly within: { readonly root: OpenRoot; readonly way: Uint8Array } | null;
  /** What it copies where the source is this device itself; null: it comes over the network. */
  readonly items: readonly SelectedItem[] | null;
}

export const NO_ENDS: PullEnds = { within: null, items: null };

/** A job this device is the destination of. */
export interface Receiving extends ControlledPull, ReachingSource, ToldPull, FollowedPull, WaitingPull {
  /** As it is stored, to be ordered again. */
  readonly record: JobRecord;
  /** As it is written down now. */
  stored: StoredPull;
  readonly ends: PullEnds;
  /** Where the source is, as far as is known. */
  addresses: readonly string[];
  /** Bytes on the control connection before the job began. */
  readonly wireStart: number;
  /** Why it may not be any more, once its right has been taken away. */
  refusal: Failure | null;
}

/** @throws Failure `internal` for a record that is no pull's. */
export function newReceiving(
  live: LiveJob,
  record: JobRecord,
  {
    ownId,
    wireStart,
    ends,
  }: { readonly ownId: DeviceId; readonly wireStart: number; readonly ends: PullEnds },
): Receiving {
  const stored = storedPullOf(record.resume);
  if (stored === null) throw new Failure('internal', { reason: 'nothing stored' });
  const sourceId = stored.sourceId ?? record.orderer;
  return {
    live,
    record,
    stored,
    ends,
    sourceId,
    addresses: stored.addresses,
    wireStart,
    refusal: null,
    isLooking: false,
    updatedMs: 0,
    tellTimer: null,
    pausedBy: null,
    waiting: new Set(),
    result: null,
    isStuck: true,
    untold: new Set([sourceId, record.orderer].filter((device) => device !== ownId)),
  };
}

/** Whether a device has a say in a pull: as its source, or as who ordered it. */
export function mayDrive({ sourceId, record }: Receiving, device: DeviceId): boolean {
  return sourceId === device || record.orderer === device;
}

/** How a pull ended, once that is written down, so that others may know it. */
export function writtenResult(
  { live, result }: Receiving,
  book: Pick<JobBook, 'isEnding'>,
): JobResult | null {
  return book.isEnding(live.key.job) ? null : result;
}

export function wireTotal(link: Link): number {
  const { sent, received } = link.wireBytes();
  return sent + received;
}
