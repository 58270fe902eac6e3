/** Names of things that cross rooms, processes and the wire. All are plain strings with a brand. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** SHA-256 of a device's public key (SPKI DER), 64 lower-case hex digits. Compared whole, never by prefix. */
export type DeviceId = Branded<'DeviceId'>;

/** The cookie of a job: 128 random bits, 32 lower-case hex digits, minted by the orderer. */
export type JobId = Branded<'JobId'>;

/** One run of the six-digit pairing, 16 lower-case hex digits, local to this device. */
export type PairingId = Branded<'PairingId'>;

export const JOB_ID_HEX_LENGTH = 32;

/** Whether `text` is a whole job id. */
export function isJobId(text: string): text is JobId {
  return text.length === JOB_ID_HEX_LENGTH && /^[0-9a-f]+$/.test(text);
}

/** Whether `text` is a pairing id. */
export function isPairingId(text: string): text is PairingId {
  return /^[0-9a-f]{16}$/.test(text);
}
