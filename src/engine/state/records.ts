import type { CopyOptions } from '../../shared/copy-options.ts';
import type { Address, DeviceKind, Trust, Visibility } from '../../shared/device.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobRole, JobView, OfferView, Problem, SpeedSeries } from '../../shared/job.ts';
import type { RuleHours } from '../../shared/rule-hours.ts';
import type { ShareReaders, ShareWriters } from '../../shared/share.ts';

/** Plain data that another folder of the engine owns and the state only keeps. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A job is named by its orderer and the cookie that orderer minted: two orderers may mint the same one. */
export interface JobKey {
  readonly orderer: DeviceId;
  readonly job: JobId;
}

/** This device: made once, at the first start of a home. */
export interface DeviceRecord {
  readonly id: DeviceId;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly visibility: Visibility;
  readonly keyPem: string;
  readonly certificatePem: string;
  /** Unix ms. */
  readonly createdMs: number;
}

/** What "always accept" was granted for; bound to the peer's key because it hangs on its id. */
export interface AcceptAlways {
  readonly into: string;
  /** Null is no limit. */
  readonly maxBytes: number | null;
  /** Absent or null is at any time. */
  readonly hours?: RuleHours | null;
}

/** A paired device. */
export interface PeerRecord {
  readonly id: DeviceId;
  /** Local name, fixed at pairing, unique among peers whatever its case. */
  readonly name: string;
  readonly kind: DeviceKind;
  readonly trust: Trust;
  /** Where it was last reached, best first. */
  readonly addresses: readonly Address[];
  /** Unix ms. */
  readonly pairedMs: number;
  readonly acceptAlways: AcceptAlways | null;
  /** What it calls itself, as told over a link; null when it was not linked since it was first asked. */
  readonly announcedName: string | null;
  /** Short ids of other keys that were taken for it and that a person keeps out, oldest first. */
  readonly blockedShortIds: readonly string[];
}

/** How fast a job was. */
export interface StoredSpeeds {
  readonly recent: SpeedSeries;
  readonly whole: SpeedSeries;
}

export interface JobRecord extends JobKey {
  /** Every part this device plays; `view.role` is the one shown. */
  readonly roles: readonly JobRole[];
  /**
   * What people see. `view.parts` comes from the parts table and is ignored when written; `view.question` and
   * `view.queuePlace` belong to a running engine and are not kept. Read singly, `result.problems` holds the
   * stored problems; in lists it is empty and `problemCount` tells how many.
   */
  readonly view: JobView;
  readonly options: CopyOptions;
  /** What the jobs folder needs to take the job up again; paths in it are base64. */
  readonly resume: JsonValue;
  /** When the orderer (or the person here) took note of the result; Unix ms. */
  readonly acknowledgedMs: number | null;
}

/** What changes in a job while it lives; absent fields stay. */
export interface JobChange
  extends Partial<
    Pick<
      JobView,
      | 'role'
      | 'state'
      | 'waitingFor'
      | 'fraction'
      | 'waitingDetail'
      | 'sinceMs'
      | 'pausedBy'
      | 'heldBy'
      | 'cancelledBy'
      | 'question'
      | 'queuePlace'
      | 'peer'
      | 'names'
      | 'into'
      | 'progress'
      | 'result'
      | 'verification'
    >
  > {
  readonly roles?: readonly JobRole[];
  readonly options?: CopyOptions;
  readonly resume?: JsonValue;
  /** Unix ms. */
  readonly updatedMs: number;
}

/** One page of a job's problems. */
export interface ProblemPage {
  readonly problems: readonly Problem[];
  /** All that happened, also those beyond what is kept. */
  readonly total: number;
}

/** Something of a job that was left on disk. */
export interface PartRecord {
  /** Exact bytes of the absolute path. */
  readonly path: Uint8Array;
  readonly type: 'file' | 'folder';
  readonly bytes: number;
  /** Unix ms. */
  readonly keptMs: number;
}

/** Neighbouring blocks of a file that are on disk, as far as they were synced. */
export interface ClaimRecord {
  /** Names from the selection down, joined by '/', exact bytes. */
  readonly path: Uint8Array;
  readonly firstBlock: number;
  /** Exact bytes of the name it has here until it is whole, in the folder it goes into. */
  readonly part: Uint8Array;
  /** Size, mtime and ctime at the source, as on the wire. */
  readonly version: Uint8Array;
  /** BLAKE3 of each block, 32 bytes after 32 bytes. */
  readonly hashes: Uint8Array;
}

/** A file of this machine whose content Ferry has seen; true as long as nothing of it has changed. */
export interface ContentRecord {
  /** Device and inode, as a stat gives them. */
  readonly inode: string;
  /** Absolute, exact bytes. */
  readonly path: Uint8Array;
  /** Who sent it; null where it was hashed here as a source. */
  readonly sender: DeviceId | null;
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  readonly ctimeSec: number;
  readonly ctimeNs: number;
  /** 32 bytes; null where nobody has computed it yet. */
  readonly hash: Uint8Array | null;
}

/** Which files may have the content of others that are wanted. */
export interface ContentSearch {
  /** Only what this device has sent, */
  readonly sender: DeviceId;
  /** and what lies below one of these folders (exact bytes, with a slash at the end), whoever sent it. */
  readonly roots: readonly Uint8Array[];
  /** Senders whose small files are looked for below `roots`; null: files that were hashed here. */
  readonly others: readonly (DeviceId | null)[];
  readonly wanted: readonly {
    readonly size: number;
    readonly mtimeSec: number;
    readonly mtimeNs: number;
    /** Of any time; else only of this one. */
    readonly isAnyTime: boolean;
  }[];
}

/** An offer that waits for an answer here. */
export interface OfferRecord extends JobKey {
  /** Also holds the peer and when it expires. */
  readonly view: OfferView;
  /** What the jobs folder needs to accept it. */
  readonly detail: JsonValue;
  /** Unix ms. */
  readonly receivedMs: number;
}

/** A right to pull, given by this device as the source. The secret itself is nowhere. */
export interface GrantRecord extends JobKey {
  /** SHA-256, 32 bytes. */
  readonly secretHash: Uint8Array;
  readonly source: DeviceId;
  readonly puller: DeviceId;
  /** Exact bytes of the absolute paths it covers. */
  readonly roots: readonly Uint8Array[];
  readonly options: JsonValue;
  readonly capBytes: number;
  /** Tied to an offer nobody has answered: being unused does not end it. */
  readonly pendingOffer: boolean;
  /** Unix ms, as all below. */
  readonly createdMs: number;
  /** From when "never used" is counted: its making, or the answer to its offer. */
  readonly armedMs: number;
  readonly firstUsedMs: number | null;
  readonly lastContactMs: number | null;
}

/** A folder of this device that others may use. */
export interface ShareRecord {
  readonly name: string;
  /** Absolute path. */
  readonly dir: string;
  readonly readers: ShareReaders;
  readonly writers: ShareWriters;
  /** Unix ms. */
  readonly createdMs: number;
}

/** One start of an engine in this home. */
export interface EpochRecord {
  /** 32 hex digits, random for each start. */
  readonly epoch: string;
  /** Unix ms. */
  readonly startedMs: number;
}
