import type { NetworkCaution } from './device.ts';
import type { FailureCode, FailureData } from './failure.ts';
import type { DeviceId, JobId } from './ids.ts';
import type { Preflight } from './preflight.ts';

export type JobState =
  | 'preparing'
  | 'waiting'
  | 'running'
  | 'finishing'
  | 'done'
  | 'partial'
  | 'failed'
  | 'cancelled';

/**
 * What a waiting job waits for; `answer` is a conflict question, `turn` its place in the queue, `space` room at
 * the destination, `disk` a destination that is gone, read-only or reports errors.
 */
export const WAITING_FOR = ['approval', 'peer', 'space', 'disk', 'page', 'paused', 'answer', 'turn'] as const;

export type WaitingFor = (typeof WAITING_FOR)[number];

/** Why a job waits for `space` or `disk`, and how much is missing; null where that cannot be told. */
export interface WaitingDetail {
  readonly why: FailureData;
  /** What is listed and not written yet. */
  readonly neededBytes: number | null;
  /** What this job may have of what is free: other jobs have their share. */
  readonly freeBytes: number | null;
}

/** The part this device plays in a job. */
export type JobRole = 'source' | 'destination' | 'orderer';

/** What holds a copy back right now; decided from times measured on both ends. */
export type LimitedBy =
  | 'source-disk'
  | 'destination-disk'
  | 'source-cpu'
  | 'destination-cpu'
  | 'link'
  /** One connection cannot fill the link: more of them would be faster. */
  | 'one-stream'
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

/** What a copy does after its content has come: its bar never stands at 100 %. */
export const JOB_PHASES = ['copying', 'flushing', 'verifying'] as const;

export type JobPhase = (typeof JOB_PHASES)[number];

/** Whether another try would change nothing about it: the entry came out, with a loss, or never can. */
export function isSettledProblem({ code }: Pick<Problem, 'code'>): boolean {
  return ['metadata-lost', 'late-name', 'kept-both', 'special-file'].includes(code);
}

export interface JobProgress {
  readonly phase: JobPhase;
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
  /** Bytes per second of each open stream, in the order they were opened. */
  readonly streamSpeeds: readonly number[];
  /** Mean since the first byte, pauses left out. */
  readonly averageBytesPerSecond: number;
  /** Of `bytes`: how much reached the destination which way. The rest of `bytes` was sent. */
  readonly from: {
    /** Accepted as already in place. */
    readonly there: number;
    /** Cloned or copied from elsewhere at the destination. */
    readonly here: number;
    /** Taken from an older version of the same file. */
    readonly older: number;
  };
  /** Framed bytes on the network so far, both directions. */
  readonly wireBytes: number;
}

/** Ways for content to be at the destination, the cheapest first. */
export const RUNG_NAMES = ['unchanged', 'cloned', 'copied', 'delta', 'raw'] as const;
export type RungName = (typeof RUNG_NAMES)[number];

export interface RungCount {
  readonly files: number;
  readonly bytes: number;
}

/** Of a job that brought nothing. */
export const NO_RUNGS: Readonly<Record<RungName, RungCount>> = {
  unchanged: { files: 0, bytes: 0 },
  cloned: { files: 0, bytes: 0 },
  copied: { files: 0, bytes: 0 },
  delta: { files: 0, bytes: 0 },
  raw: { files: 0, bytes: 0 },
};

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
  /** Content that was not sent: in place already, copied here, or taken from an older version. */
  readonly reusedBytes: number;
  /** Content that was not sent and takes no further room: cloned from elsewhere here. */
  readonly clonedBytes: number;
  /** Of `bytes`, as in the progress. */
  readonly from: JobProgress['from'];
  /** Files, and their content, by how they came to be there. */
  readonly rungs: Readonly<Record<RungName, RungCount>>;
  /** Of a dry run: what a copy would put on the network, this look included. Null otherwise. */
  readonly predictedWireBytes: number | null;
  /** What was replaced: in the trash now, or gone because there is none. */
  readonly replaced?: { readonly trashed: number; readonly gone: number } | undefined;
  /** Of a dry run: what a copy would meet. */
  readonly preflight?: Preflight | null | undefined;
  /** From the order taken until committed and synced, approval left out. */
  readonly seconds: number;
  readonly streams: number;
  readonly verified: boolean;
  /** Of a piece of a file: whether its target had, at every moment, all of the old content or all of the new. */
  readonly atomic?: boolean | undefined;
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

/** What a job wrote, read back from disk and compared with the hashes it came with. */
export interface Verification {
  /** `failed`: it could not be read back, `failure` says why. */
  readonly state: 'running' | 'done' | 'failed';
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** Files of the job of which no hash is known: they were accepted as already there. */
  readonly unproven: number;
  /** Files whose content is not what came, though nobody changed their size or time, or that cannot be read. */
  readonly damaged: number;
  /** The first ones, at most MAX_SHOWN_DAMAGE; `integrity` is damage, `changed` and `vanished` somebody's doing. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  readonly failure: FailureData | null;
  /** Unix ms. */
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** The latest jobs, told by themselves; older ones are asked for by `jobs.history`. */
export const MAX_LISTED_JOBS = 1_000;

export const MAX_SHOWN_DAMAGE = 100;

/** What is at one end of a clash. */
export interface ClashSide {
  readonly type: 'file' | 'folder' | 'link' | 'special';
  readonly bytes: number;
  /** Unix ms. */
  readonly mtimeMs: number;
}

/** An entry whose place is taken by something else. */
export interface Clash {
  /** As in a problem. */
  readonly path: string;
  readonly theirs: ClashSide;
  readonly ours: ClashSide;
}

/** Entries of a running job that wait for one decision; everything else goes on meanwhile. */
export interface ConflictQuestion {
  readonly count: number;
  /** False: at least that many, the source is still listing. */
  readonly complete: boolean;
  /** The first ones, at most MAX_SHOWN_CLASHES. */
  readonly clashes: readonly Clash[];
}

export const MAX_SHOWN_CLASHES = 100;

/** How many problems a result carries in full. */
export const MAX_PROBLEMS = 10_000;

/** A device in a job. */
export interface JobDevice {
  readonly id: DeviceId;
  readonly name: string;
}

/** The three parts of an order; null is this device. */
export interface JobBetween {
  readonly source: JobDevice | null;
  readonly destination: JobDevice | null;
  readonly orderedBy: JobDevice | null;
}

export interface JobView {
  readonly job: JobId;
  /** Jobs that one order made for several peers share this; otherwise the job's own id. */
  readonly group: JobId;
  readonly role: JobRole;
  readonly state: JobState;
  readonly waitingFor: WaitingFor | null;
  /** Unix ms since when `state` and `waitingFor` are what they are. */
  readonly sinceMs: number;
  /**
   * How far it is, 0 to 1, as a bar shows it; null while nobody can tell. Never falls, also over restarts, and is 1
   * only when the job is done.
   */
  readonly fraction: number | null;
  /** While it waits for `space` or `disk`, else null. */
  readonly waitingDetail: WaitingDetail | null;
  /** Which side paused it, while it is paused. */
  readonly pausedBy: 'here' | 'peer' | null;
  /** What keeps it from going on until a person here lets it, or it has another way; null: nothing does. */
  readonly heldBy: NetworkCaution | null;
  /** Which side cancelled it, once it is cancelled. */
  readonly cancelledBy: 'here' | 'peer' | null;
  /** What a person at the destination has to decide; at the source it only says that somebody there is asked. */
  readonly question: ConflictQuestion | null;
  /** Place in the destination's queue, from 1; null while it is not queued. */
  readonly queuePlace: number | null;
  /** Where the content comes from at this end. */
  readonly sourceKind: 'disk' | 'page';
  readonly peer: { readonly id: DeviceId; readonly name: string } | null;
  /** Who copies where at whose order; null for a plain send or receive. */
  readonly between: JobBetween | null;
  /** Top-level names, escaped, at most ten. */
  readonly names: readonly string[];
  /** Destination folder; only known at the destination. */
  readonly into: string | null;
  readonly progress: JobProgress;
  readonly result: JobResult | null;
  /** The last time that what it wrote was read back; null: never. */
  readonly verification: Verification | null;
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
  /** Compared with what is at `into`, as far as it is known; null before anything is. */
  readonly clashes: {
    /** Files that are there already, identical. */
    readonly same: number;
    /** Entries whose place is taken by something else. */
    readonly differ: number;
    readonly complete: boolean;
  } | null;
  /** Once all of it is listed. */
  readonly preflight?: Preflight | null;
  /** Unix ms. */
  readonly expiresMs: number;
}

/** Bytes per second over time. */
export interface SpeedSeries {
  /** Unix ms of the first value. */
  readonly startMs: number;
  readonly stepMs: number;
  /** Null where it was paused or waiting. */
  readonly values: readonly (number | null)[];
}

/** What `jobs.cancel` does with what is at the destination. */
export type CancelKeep =
  /** Parts stay as parts; `jobs clean` removes them. */
  | 'parts'
  /** What arrived whole gets its place and name. */
  | 'arrived'
  /** Nothing stays. */
  | 'nothing';

/** What a job starts with, wherever it is made. */
export function newJobFields(
  job: JobId,
  nowMs: number,
): Pick<
  JobView,
  | 'group'
  | 'sinceMs'
  | 'fraction'
  | 'waitingDetail'
  | 'pausedBy'
  | 'heldBy'
  | 'cancelledBy'
  | 'question'
  | 'queuePlace'
  | 'sourceKind'
  | 'between'
  | 'verification'
> {
  return {
    group: job,
    sinceMs: nowMs,
    fraction: null,
    waitingDetail: null,
    pausedBy: null,
    heldBy: null,
    cancelledBy: null,
    question: null,
    queuePlace: null,
    sourceKind: 'disk',
    between: null,
    verification: null,
  };
}

/** Progress of a job of which nothing is known yet. */
export const NO_PROGRESS: JobProgress = {
  phase: 'copying',
  files: 0,
  bytes: 0,
  totalFiles: 0,
  totalBytes: 0,
  complete: false,
  bytesPerSecond: 0,
  limitedBy: 'unknown',
  secondsLeft: null,
  streams: 0,
  streamSpeeds: [],
  averageBytesPerSecond: 0,
  from: { there: 0, here: 0, older: 0 },
  wireBytes: 0,
};

export const ENDED_STATES: ReadonlySet<JobState> = new Set(['done', 'partial', 'failed', 'cancelled']);
