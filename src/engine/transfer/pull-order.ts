import type { ConflictPolicy, CopyOptions, CopyRange } from '../../shared/copy-options.ts';
import type { FailureData } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { ConflictQuestion, JobProgress, JobResult, WaitingFor } from '../../shared/job.ts';
import type { OpenRoot } from '../disk/folder.ts';
import type { Offered } from '../plan/offered-items.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { Claim } from './claim.ts';
import type { DataAddress } from './data-socket.ts';
import type { DiskTrouble } from './disk-trouble.ts';

/** What the engine thread tells a data worker to fetch. Plain data. */
export interface PullOrder {
  readonly job: JobId;
  /** Grant secret, 32 bytes. */
  readonly secret: Uint8Array;
  readonly sourceId: DeviceId;
  readonly addresses: readonly DataAddress[];
  readonly offered: Offered;
  /** Absolute path of the destination folder, exact bytes; created when missing. */
  readonly into: Uint8Array;
  /** The destination is in a share: the way from its root, names joined by '/'; `into` is then only shown. */
  readonly within?: { readonly root: OpenRoot; readonly way: Uint8Array } | null;
  /** Copied from this device itself: nothing is dialled. Absent or null: it comes over the network. */
  readonly local?: readonly SelectedItem[] | null;
  /** Connections to use; with `isAuto` only to begin with. */
  readonly streams: number;
  /** Throughput says how many it should be. Absent is no. */
  readonly isAuto?: boolean;
  /** What was found to be best on this way; absent or null: nothing is known. */
  readonly bestStreams?: number | null;
  /** Absent is off. */
  readonly compress?: CopyOptions['compress'];
  readonly onConflict: ConflictPolicy;
  readonly checksum: boolean;
  /** Only a piece of one file, which goes into what is there; absent or null: whole files. */
  readonly range?: CopyRange | null;
  /** What is elsewhere here is used instead of being fetched. */
  readonly reuse: boolean;
  readonly dryRun: boolean;
  /**
   * Of which older versions the source may learn sums, so that files are made of them: any that is replaced, or
   * only what it has sent itself; absent or null is none.
   */
  readonly delta?: 'any' | 'sent' | null;
  readonly limitBytesPerSecond: number | null;
  /** Content that was agreed to without anybody seeing how much it is; absent or null is any. */
  readonly maxBytes?: number | null;
  /** It is not its turn yet: nothing is dialled before it is released. Absent is no. */
  readonly isHeld?: boolean;
  /** Unix ms, when the order was taken: `seconds` of the result count from here. */
  readonly orderedMs: number;
  /** Where the file system of the destination was mounted when the job began; absent or null: not known. */
  readonly mountPoint?: string | null;
  /** The disk has reported errors: one file after the other is synced, so that it is known which are bad. */
  readonly isCautious?: boolean;
  /** What an earlier run of this job left; null for the first one. */
  readonly resume: PullResume | null;
}

/** Where an earlier run of a job stopped. */
export interface PullResume {
  readonly claims: readonly Claim[];
  /** Framed bytes of all earlier runs. */
  readonly wireBytes: number;
  readonly isPaused: boolean;
}

/** What a data worker tells about a pull. */
export interface PullReport {
  state(state: 'running' | 'waiting' | 'finishing', waitingFor: WaitingFor | null): void;
  progress(progress: JobProgress): void;
  /** What has to be decided on, while there is something; null takes it back. */
  question(question: ConflictQuestion | null): void;
  /** Paths of parts that are on disk now; `isAll`: and no others any more. */
  parts(paths: readonly string[], isAll: boolean): void;
  /** No stream could be dialled, at all, for some seconds: the source may dial us instead. */
  unreachable(failure: FailureData): void;
  /** So many connections are worth having on this way, and are this fast. */
  learned(streams: number, bytesPerSecond: number): void;
  ended(result: JobResult): void;
  /** Blocks that are on disk from now on, whatever happens. */
  claimed(claims: readonly Claim[]): void;
  /** Nothing that was claimed of this file holds any more. */
  unclaimed(path: Uint8Array): void;
  /** With which hashes files came: records of receipt.ts. */
  receipts(receipts: Uint8Array): void;
  /**
   * It stopped and left what it had; `again`: the source has to be asked anew for all there is, once the
   * destination can be written to again if there is trouble with it.
   */
  suspended(again: boolean, trouble: DiskTrouble | null): void;
}

/** How a pull is stopped from outside. */
export type StopReason = 'cancelled' | 'interrupted';
