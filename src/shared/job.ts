import type { FailureCode, FailureData } from './failure.ts';
import type { DeviceId, JobId } from './ids.ts';

export type JobState =
  | 'preparing'
  | 'waiting'
  | 'running'
  | 'finishing'
  | 'done'
  | 'partial'
  | 'failed'
  | 'cancelled';

/** What a waiting job waits for. */
export type WaitingFor = 'approval' | 'peer' | 'space' | 'page' | 'paused';

/** The part this device plays in a job. */
export type JobRole = 'source' | 'destination' | 'orderer';

/** What holds a copy back right now; decided from times measured on both ends. */
export type LimitedBy =
  | 'source-disk'
  | 'destination-disk'
  | 'source-cpu'
  | 'destination-cpu'
  | 'link'
  | 'own-limit'
  | 'peer-limit'
  | 'small-files'
  | 'listing'
  | 'unknown';

/** One entry that did not come out as asked, or came out with a loss. */
export interface Problem {
  /** Path within the job, '/'-separated, escaped where it is not UTF-8 or holds control characters. */
  readonly path: string;
  /** Exact bytes, present only when `path` is an escaped form. */
  readonly pathBase64?: string;
  readonly code: FailureCode;
  /** errno name or similar; the sentence is made from `code` by failure-text. */
  readonly reason?: string;
}

export interface JobProgress {
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** False while the source is still walking: totals are "at least". */
  readonly complete: boolean;
  /** Over about 3 s. */
  readonly bytesPerSecond: number;
  readonly limitedBy: LimitedBy;
  /** Null while it cannot be told honestly. */
  readonly secondsLeft: number | null;
  readonly streams: number;
}

export interface JobResult {
  readonly state: 'done' | 'partial' | 'failed' | 'cancelled';
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  /** Content of all entries asked for. */
  readonly bytes: number;
  /** Files accepted as already there. */
  readonly unchanged: number;
  /** Framed bytes handed to or taken from TLS, both directions, counted at the destination. */
  readonly wireBytes: number;
  readonly reusedBytes: number;
  readonly clonedBytes: number;
  /** From the order taken until committed and synced, approval left out. */
  readonly seconds: number;
  readonly streams: number;
  readonly verified: boolean;
  /** At most MAX_PROBLEMS; `problemCount` is the truth. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** Why it failed as a whole. */
  readonly failure: FailureData | null;
  /** Where the time of each end went, seconds summed over its streams. */
  readonly times: { readonly source: StageTimes; readonly destination: StageTimes };
}

/** Seconds spent, measured apart from the start (what limits a job is read off these). */
export interface StageTimes {
  /** Reading or writing content, and creating names. */
  readonly disk: number;
  readonly hash: number;
  /** Handing to or taking from TLS: cipher and socket call together. */
  readonly socket: number;
  /** Nothing to do: waiting for the other side. */
  readonly waiting: number;
  /** Held back by a rate limit. */
  readonly limited: number;
  /** Walking or planning. */
  readonly listing: number;
  readonly sync: number;
}

/** How many problems a result carries in full. */
export const MAX_PROBLEMS = 10_000;

export interface JobView {
  readonly job: JobId;
  readonly role: JobRole;
  readonly state: JobState;
  readonly waitingFor: WaitingFor | null;
  readonly peer: { readonly id: DeviceId; readonly name: string } | null;
  /** Top-level names, escaped, at most ten. */
  readonly names: readonly string[];
  /** Destination folder; only known at the destination. */
  readonly into: string | null;
  readonly progress: JobProgress;
  readonly result: JobResult | null;
  /** Parts on disk that were kept, as paths; destination only. */
  readonly parts: readonly string[];
  /** Unix ms. */
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** A request by a paired device to put something here. */
export interface OfferView {
  readonly job: JobId;
  readonly peer: { readonly id: DeviceId; readonly name: string };
  readonly names: readonly string[];
  readonly files: number;
  readonly bytes: number;
  /** False: at least that many, still counting. */
  readonly complete: boolean;
  readonly into: string;
  readonly freeBytes: number | null;
  /** Unix ms. */
  readonly expiresMs: number;
}

export const ENDED_STATES: ReadonlySet<JobState> = new Set(['done', 'partial', 'failed', 'cancelled']);
