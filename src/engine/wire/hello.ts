import { z } from 'zod';
import { cleanDeviceName } from '../../shared/device-name.ts';
import { Failure } from '../../shared/failure.ts';
import { decodeControl, encodeControl } from './control-codec.ts';

/** First message both ways on a control connection, before anything else is sent or believed. */

export const MAGIC = 'ferry';
/** Versions of the control protocol this build speaks; the highest both speak is used. */
export const LOWEST_VERSION = 1;
export const HIGHEST_VERSION = 1;

/** Characters of a name as received, before cleaning: 64 code points with room for what is removed. */
const MAX_RAW_NAME_LENGTH = 512;
const MAX_FEATURES = 64;
const MAX_FEATURE_LENGTH = 64;
const MAX_EPOCH_LENGTH = 64;
const version = z.number().int().min(0).max(0xffff);

/** What every version of the hello, older or newer, has: enough to tell why two devices cannot talk. */
const preamble = z.object({
  kind: z.literal('hello'),
  magic: z.literal(MAGIC),
  lowest: version,
  highest: version,
});

const helloMessage = preamble.extend({
  /** Names of things beyond the version that this device can do. Unknown ones are ignored. */
  features: z.array(z.string().max(MAX_FEATURE_LENGTH)).max(MAX_FEATURES),
  name: z.string().max(MAX_RAW_NAME_LENGTH).transform(cleanDeviceName),
  device: z.enum(['desktop', 'laptop', 'server']),
  /** Where it listens; 0 while it does not. */
  port: z.number().int().min(0).max(0xffff),
  /** Random, new with every start of the engine: tells a restarted peer from a reconnecting one. */
  epoch: z.string().min(1).max(MAX_EPOCH_LENGTH),
});

export type Hello = z.infer<typeof helloMessage>;

/** What a device says of itself; the rest of the hello is constant. */
export type OwnHello = Pick<Hello, 'features' | 'name' | 'device' | 'port' | 'epoch'>;

/** The hello as a whole frame. */
export function encodeHello(own: OwnHello): Buffer {
  const { features, name, device, port, epoch } = own;
  const versions = { lowest: LOWEST_VERSION, highest: HIGHEST_VERSION };
  return encodeControl({ kind: 'hello', magic: MAGIC, ...versions, features, name, device, port, epoch });
}

function decodePreamble(payload: Buffer): z.infer<typeof preamble> {
  try {
    return decodeControl(payload, preamble);
  } catch (error) {
    throw new Failure('not-ferry', { reason: 'hello' }, error);
  }
}

/**
 * The peer's hello, its name cleaned. Throws Failure `not-ferry` (something else answered), `older-peer` or
 * `newer-peer` (no version in common), `peer-misbehaved` (right versions, broken content).
 */
export function decodeHello(payload: Buffer): Hello {
  const { lowest, highest } = decodePreamble(payload);
  if (lowest > highest) throw new Failure('peer-misbehaved', { reason: 'hello versions' });
  if (highest < LOWEST_VERSION) throw new Failure('older-peer', { reason: `version ${highest}` });
  if (lowest > HIGHEST_VERSION) throw new Failure('newer-peer', { reason: `version ${lowest}` });
  return decodeControl(payload, helloMessage);
}

/** The version two devices use. */
export function sharedVersion(peer: Pick<Hello, 'highest'>): number {
  return Math.min(HIGHEST_VERSION, peer.highest);
}
