import type { ConflictPolicy } from '../../shared/copy-options.ts';
import type { FailureData } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobProgress, JobResult, WaitingFor } from '../../shared/job.ts';
import type { Offered } from '../plan/offered-items.ts';
import type { DataAddress } from './data-socket.ts';

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
  /** Connections to use. */
  readonly streams: number;
  readonly onConflict: ConflictPolicy;
  readonly checksum: boolean;
  readonly dryRun: boolean;
  readonly limitBytesPerSecond: number | null;
  /** Unix ms, when the order was taken: `seconds` of the result count from here. */
  readonly orderedMs: number;
}

/** What a data worker tells about a pull. */
export interface PullReport {
  state(state: 'running' | 'waiting' | 'finishing', waitingFor: WaitingFor | null): void;
  progress(progress: JobProgress): void;
  /** Paths of parts that are on disk now. */
  parts(paths: readonly string[]): void;
  /** No stream could be dialled, at all, for some seconds: the source may dial us instead. */
  unreachable(failure: FailureData): void;
  ended(result: JobResult): void;
}

/** How a pull is stopped from outside. */
export type StopReason = 'cancelled' | 'interrupted';
