import { z } from 'zod';
import { FAILURE_CODES } from '../../shared/failure.ts';
import { type DeviceId, isJobId } from '../../shared/ids.ts';
import { MAX_SHARE_NAME } from '../../shared/share.ts';
import { MAX_ADDRESSES_PER_DEVICE, MAX_NAME_BYTES, MAX_ORDER_ITEMS, MAX_RANGE_BYTES } from './limits.ts';
import { sharePlace } from './share-messages.ts';

/** Orders of a third device, on the control connection. See docs/protocol.md for who may send which, when. */

const jobId = z.string().refine(isJobId);
const deviceId = z.custom<DeviceId>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
const deviceName = z.string().max(512);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const addresses = z.array(z.string().max(300)).max(MAX_ADDRESSES_PER_DEVICE);

function bytes(min: number, max: number) {
  return z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= min && value.length <= max,
  );
}

/** A piece of a file. */
export const itemRange = z.object({
  offset: z.number().int().min(0).max(MAX_RANGE_BYTES),
  length: z.number().int().min(1).max(MAX_RANGE_BYTES),
});

/** One thing in a share of the source, and the name it gets; empty keeps its own. */
const sharedItem = z.object({
  ...sharePlace,
  as: bytes(0, MAX_NAME_BYTES),
  /** Only these bytes of it, which is one file. */
  range: itemRange.optional(),
});

export const sharedItems = z.array(sharedItem).min(1).max(MAX_ORDER_ITEMS);

/** Where an order puts things at the device that is spoken to. */
export const orderPlace = z.object({ ...sharePlace, share: z.string().min(1).max(MAX_SHARE_NAME) });

/** Whom the destination pulls from, where that is not the orderer. The orderer vouches for the id. */
export const orderSource = z.object({
  id: deviceId,
  name: deviceName,
  addresses,
  /** Only where source and destination are one device: what it copies, since there is no grant then. */
  items: sharedItems.nullable(),
});

/** What a refused order says beside the code. */
export const refusalDetail = {
  subject: z.string().max(16_384).optional(),
  reason: z.string().max(200).optional(),
};

/** Orderer to source: let `puller` read this, for this job. */
export const grantMessage = z.object({
  kind: z.literal('grant'),
  job: jobId,
  puller: deviceId,
  pullerName: deviceName,
  /** SHA-256 of the secret that the orderer has made and gives to the puller. */
  secretHash: bytes(32, 32),
  items: sharedItems,
});

/** Source to orderer: it may. What can be said of the selection at once. */
export const grantedMessage = z.object({
  kind: z.literal('granted'),
  job: jobId,
  items: z
    .array(
      z.object({
        name: bytes(1, MAX_NAME_BYTES),
        type: z.enum(['file', 'folder', 'link', 'special']),
        bytes: count,
      }),
    )
    .max(10),
  itemCount: count,
  files: count,
  bytes: count,
  complete: z.boolean(),
  dataPort: z.number().int().min(0).max(65_535),
  /** Where it can be reached, as far as it knows. */
  addresses,
});

export const grantRefusedMessage = z.object({
  kind: z.literal('grant-refused'),
  job: jobId,
  code: z.enum(FAILURE_CODES),
  ...refusalDetail,
});

export const orderMessages = [grantMessage, grantedMessage, grantRefusedMessage] as const;

export type SharedItem = z.infer<typeof sharedItem>;
export type OrderPlace = z.infer<typeof orderPlace>;
export type OrderSource = z.infer<typeof orderSource>;
export type GrantMessage = z.infer<typeof grantMessage>;
export type GrantedMessage = z.infer<typeof grantedMessage>;
