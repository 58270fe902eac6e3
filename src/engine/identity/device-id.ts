import { createHash } from 'node:crypto';
import type { DeviceId } from '../../shared/ids.ts';
import { encodeBase32, RFC_4648_ALPHABET } from './base32.ts';

/** Characters of a short id; 100 bits, so no other key can be made to fit it. */
export const SHORT_ID_LENGTH = 20;

/** The id of a device: SHA-256 of its public key in SPKI DER. */
export function deviceIdOf(spkiDer: Uint8Array): DeviceId {
  return createHash('sha256').update(spkiDer).digest('hex') as DeviceId;
}

/** The 32 bytes of an id, as they enter hashes. */
export function deviceIdBytes(id: DeviceId): Buffer {
  return Buffer.from(id, 'hex');
}

/** First 20 base32 characters of an id, lower case: what screens and discovery show. */
export function shortIdOf(id: DeviceId): string {
  return encodeBase32(deviceIdBytes(id), SHORT_ID_LENGTH, RFC_4648_ALPHABET);
}
