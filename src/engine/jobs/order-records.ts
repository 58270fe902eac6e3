import type { CopyOptions } from '../../shared/copy-options.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import {
  type JobBetween,
  type JobDevice,
  type JobRole,
  type JobView,
  NO_PROGRESS,
  newJobFields,
} from '../../shared/job.ts';
import type { JobRecord, JsonValue } from '../state/records.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { GrantedMessage, OrderPlace, OrderSource, SharedItem } from '../wire/order-messages.ts';

/** What a source says of a selection at once. */
export type Granted = Omit<GrantedMessage, 'kind' | 'job' | 'addresses'>;

/** What sets an order apart from a plain offer, at the device that gives the right to pull or stands for it. */
export type SendingOrder =
  /** Our own files, into a share of the destination. */
  | {
      readonly kind: 'into';
      readonly into: OrderPlace;
      /** What the only item is called there; null: all keep their names. */
      readonly as: Uint8Array | null;
    }
  /** Another device's files: only the order is ours. */
  | {
      readonly kind: 'elsewhere';
      readonly into: OrderPlace;
      readonly source: OrderSource;
      /** What the source said of it; null: it has not been asked in this run of the engine. */
      readonly granted: Granted | null;
      /** What the source is asked for. */
      readonly items: readonly SharedItem[];
    }
  /** What another device ordered from our shares. */
  | { readonly kind: 'given'; readonly items: readonly SharedItem[] };

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Bytes as base64, all else as it is. */
function toJson(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return { base64: text(value) };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toJson(field)]));
}

function fromJson(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map((field: JsonValue) => fromJson(field));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as { readonly [key: string]: JsonValue });
  const [first] = fields;
  if (fields.length === 1 && first?.[0] === 'base64' && typeof first[1] === 'string') return bytes(first[1]);
  return Object.fromEntries(fields.map(([key, field]) => [key, fromJson(field)]));
}

/** What is kept of an order beside what people see. */
export interface StoredOrder {
  readonly order: SendingOrder;
  /** Of an order of ours: the same secret goes out however often it is sent. Null: only its hash is kept. */
  readonly secret: Uint8Array | null;
}

export function storeOrder(stored: StoredOrder): JsonValue {
  return { order: toJson(stored) };
}

/** Null where the job was no order. What is stored was written by `storeOrder`. */
export function storedOrderOf(resume: JsonValue): StoredOrder | null {
  if (typeof resume !== 'object' || resume === null || !('order' in resume)) return null;
  return fromJson(resume.order as JsonValue) as StoredOrder;
}

/** A job of an order, as it is stored where its content neither comes from nor goes to a pull of this device. */
export function newOrderRecord(order: {
  readonly orderer: DeviceId;
  readonly job: JobId;
  readonly role: JobRole;
  readonly peer: JobDevice;
  readonly between: JobBetween;
  readonly names: readonly Uint8Array[];
  readonly options: CopyOptions;
  readonly stored: StoredOrder;
  /** Further fields for whoever takes it up again. */
  readonly resume?: { readonly [key: string]: JsonValue };
}): JobRecord {
  const { orderer, job, role, peer, between, names, options, stored, resume = {} } = order;
  const nowMs = Date.now();
  const view: JobView = {
    ...newJobFields(job, nowMs),
    job,
    role,
    state: 'preparing',
    waitingFor: null,
    peer,
    between,
    names: names.slice(0, 10).map((name) => showPath([fromBytes(name)]).path),
    into: null,
    progress: NO_PROGRESS,
    result: null,
    parts: [],
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  const roles: JobRole[] = between.orderedBy === null && role !== 'orderer' ? [role, 'orderer'] : [role];
  const kept = { ...resume, ...(storeOrder(stored) as { readonly [key: string]: JsonValue }) };
  return { orderer, job, roles, view, options, resume: kept, acknowledgedMs: null };
}

/** The name an item of an order is listed by. */
export function nameOfShared({ share, way, as }: SharedItem): Uint8Array {
  if (as.length > 0) return as;
  const at = Buffer.from(way).lastIndexOf('/');
  return way.length === 0 ? Buffer.from(share) : way.subarray(at + 1);
}
