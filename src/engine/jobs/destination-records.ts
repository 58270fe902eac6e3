import type { CopyOptions } from '../../shared/copy-options.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobBetween } from '../../shared/job.ts';
import { parseAddress } from '../link/address.ts';
import type { ItemRange } from '../source/selection.ts';
import type { JobRecord, JsonValue } from '../state/records.ts';
import type { DataAddress } from '../transfer/data-socket.ts';
import type { PullOrder, PullResume } from '../transfer/pull-order.ts';
import { type Described, newPullView } from './new-pull-view.ts';
import type { PullEnds } from './receiving-job.ts';
import { toAddressText } from './source-addresses.ts';

/** What is kept of a pull, beside what people see, so that it can be taken up again. */
export interface StoredPull {
  /** Base64. */
  readonly secret: string;
  /** Where the source's data port was. */
  readonly addresses: readonly string[];
  /** As the source announced it; 0 is its ordinary port. */
  readonly dataPort: number;
  /** Top-level names that were agreed to, base64, and how many there are in all. */
  readonly names: readonly string[];
  readonly count: number;
  /** 0 is auto. */
  readonly streams: number;
  /** What the source knows to be best. */
  readonly bestStreams?: number | null;
  readonly compress?: CopyOptions['compress'];
  readonly dryRun: boolean;
  readonly orderedMs: number;
  /** SHA-256 of the one-time code it came by, hex; null for an offer. */
  readonly codeHash: string | null;
  /** A person waits for it. */
  readonly isUrgent?: boolean;
  /** Content that was agreed to without anybody seeing how much it is; null is any. */
  readonly maxBytes?: number | null;
  /** Where the file system of the destination was mounted, exact bytes as latin1; null: not known. */
  readonly mountPoint?: string | null;
  /** The disk of the destination has reported errors: each file is synced by itself. */
  readonly isCautious?: boolean;
  /** A sync failed: what is left on disk of it must go before anything counts. */
  readonly mustClear?: boolean;
  /** Of an order: who has the content; absent is the orderer. */
  readonly sourceId?: DeviceId;
  /** Of an order into a share: its name, and the way in it, base64. */
  readonly share?: { readonly name: string; readonly way: string };
  /** Of a copy within this device: what is copied. */
  readonly items?: StoredItems;
  /** Of an order that was given here; see ordered-copy.ts. */
  readonly copy?: JsonValue;
}

/** Things of this device: absolute paths, or places in shares; and the names they get. All bytes are base64. */
export type StoredItems = readonly {
  readonly share: string | null;
  readonly path: string;
  readonly as: string;
  /** Of a piece of a file, in bytes; null is all of it. */
  readonly range?: { readonly [key in keyof ItemRange]: number } | null;
}[];

/** A new job of which this device is the destination, as it is stored. */
export function newDestinationRecord(order: {
  readonly described: Described;
  readonly peer: { readonly id: DeviceId; readonly name: string };
  readonly addresses: readonly DataAddress[];
  readonly into: string;
  readonly options: CopyOptions;
  readonly codeHash?: string | null;
  readonly isUrgent?: boolean;
  readonly maxBytes?: number | null;
  readonly mountPoint?: string | null;
  /** Of an order. */
  readonly ordered?: {
    readonly orderer: DeviceId;
    readonly between: JobBetween;
    readonly share: StoredPull['share'] | null;
    readonly items: StoredItems | null;
    /** Of an order that was given here; see ordered-copy.ts. */
    readonly copy?: JsonValue;
  };
}): JobRecord {
  const { described, peer, addresses, into, options, ordered } = order;
  const { codeHash = null, isUrgent = false, maxBytes = null, mountPoint = null } = order;
  const { job, items } = described;
  const nowMs = Date.now();
  const streams = options.streams === 'auto' ? described.options.streams : options.streams;
  const stored: StoredPull = {
    secret: Buffer.from(described.secret).toString('base64'),
    addresses: addresses.map(({ host, port }) => toAddressText(host, port)),
    dataPort: described.dataPort,
    names: items.map(({ name }) => Buffer.from(name).toString('base64')),
    count: described.itemCount,
    streams,
    bestStreams: described.options.bestStreams ?? null,
    compress: strictest(options.compress, described.options.compress),
    dryRun: options.dryRun || described.options.dryRun,
    orderedMs: nowMs,
    codeHash,
    isUrgent,
    maxBytes,
    mountPoint,
    ...(ordered === undefined ? {} : { sourceId: peer.id }),
    ...(ordered?.share ? { share: ordered.share } : {}),
    ...(ordered?.items ? { items: ordered.items } : {}),
    ...(ordered?.copy === undefined ? {} : { copy: ordered.copy }),
  };
  const view = newPullView(described, ordered?.items ? null : peer, into, nowMs);
  return {
    orderer: ordered?.orderer ?? peer.id,
    job,
    roles: ordered?.between.orderedBy === null ? ['destination', 'orderer'] : ['destination'],
    view: { ...view, between: ordered?.between ?? null },
    // Either side may want it read back.
    options: { ...options, verify: options.verify || described.options.verify },
    resume: { ...stored },
    acknowledgedMs: null,
  };
}

/** What both sides can live with: who says no decides, then who says yes. */
function strictest(a: CopyOptions['compress'], b: CopyOptions['compress']): CopyOptions['compress'] {
  if (a === 'off' || b === 'off') return 'off';
  return a === 'on' || b === 'on' ? 'on' : 'auto';
}

/** What was stored of a pull; null where an older program stored less, or the job is none. */
export function storedPullOf(resume: JsonValue): StoredPull | null {
  if (typeof resume !== 'object' || resume === null || Array.isArray(resume)) return null;
  const stored = resume as Partial<StoredPull>;
  const isWhole =
    typeof stored.secret === 'string' &&
    Array.isArray(stored.addresses) &&
    Array.isArray(stored.names) &&
    typeof stored.orderedMs === 'number';
  return isWhole ? (stored as StoredPull) : null;
}

/** The order for the data worker. `addresses` are where the source is now. */
export function orderOf(
  { orderer, job, view, options }: Pick<JobRecord, 'orderer' | 'job' | 'view' | 'options'>,
  stored: StoredPull,
  now: {
    readonly addresses: readonly string[];
    readonly limitBytesPerSecond: number | null;
    readonly isHeld: boolean;
    /** What is known here to be best on this way. */
    readonly bestStreams: number | null;
    readonly resume: PullResume | null;
    /** Whether the source may learn of what is here. */
    readonly isMine: boolean;
    readonly ends: PullEnds;
  },
): PullOrder {
  const bestStreams = now.bestStreams ?? stored.bestStreams ?? null;
  return {
    job: job as JobId,
    secret: Buffer.from(stored.secret, 'base64'),
    sourceId: stored.sourceId ?? orderer,
    addresses: now.addresses.map(parseAddress),
    offered: { names: stored.names.map((name) => Buffer.from(name, 'base64')), count: stored.count },
    into: Buffer.from(view.into ?? ''),
    within: now.ends.within,
    local: now.ends.items,
    streams: stored.streams === 0 ? (bestStreams ?? 1) : stored.streams,
    isAuto: stored.streams === 0,
    bestStreams,
    compress: stored.compress ?? 'auto',
    onConflict: options.onConflict,
    checksum: options.checksum,
    range: options.range ?? null,
    // A clone has no hash to be verified against.
    reuse: options.reuse && (now.ends.items === null || !options.verify),
    dryRun: stored.dryRun,
    delta: options.delta ? (now.isMine ? 'any' : 'sent') : null,
    limitBytesPerSecond: options.limitBytesPerSecond ?? now.limitBytesPerSecond,
    orderedMs: stored.orderedMs,
    maxBytes: stored.maxBytes ?? null,
    mountPoint: stored.mountPoint ?? null,
    isCautious: stored.isCautious ?? false,
    isHeld: now.isHeld,
    resume: now.resume,
  };
}
