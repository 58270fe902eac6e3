import { createHmac, timingSafeEqual } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { CROCKFORD_ALPHABET, decodeBase32, encodeBase32, RFC_4648_ALPHABET } from './base32.ts';
import { deviceIdBytes, SHORT_ID_LENGTH } from './device-id.ts';
import { exporterContext, type PairContext } from './short-code.ts';

/**
 * The code of an invite and of a waiting `send`: 100 bits of the issuer's id, so that the secret is only ever
 * proven to the right device, then 40 secret bits; 28 Crockford characters in fours. Source: docs/security.md,
 * pairing B.
 */
export interface OneTimeCode {
  /** Short id of the device that issued the code. */
  readonly issuerShortId: string;
  readonly secret: Buffer;
}

export const SECRET_BYTES = 5;
export const PROOF_BYTES = 32;
const SECRET_LENGTH = 8;
const CODE_LENGTH = SHORT_ID_LENGTH + SECRET_LENGTH;
const GROUP_LENGTH = 4;
const PROOF_LABEL = 'lanpair/1 invite';
/** Text longer than this is refused unread; people add spaces and dashes, not pages. */
const MAX_TYPED_LENGTH = 200;

/** The code as people see it: `XXXX-XXXX-…`, seven groups. */
export function formatOneTimeCode(issuer: DeviceId, secret: Uint8Array): string {
  const text =
    encodeBase32(deviceIdBytes(issuer), SHORT_ID_LENGTH, CROCKFORD_ALPHABET) +
    encodeBase32(secret, SECRET_LENGTH, CROCKFORD_ALPHABET);
  return (text.match(new RegExp(`.{${GROUP_LENGTH}}`, 'g')) ?? []).join('-');
}

/**
 * Reads a typed code: any case, O for 0, I and L for 1, dashes and white space anywhere.
 * Throws Failure `wrong-code` when it cannot be one.
 */
export function parseOneTimeCode(typed: string): OneTimeCode {
  if (typed.length > MAX_TYPED_LENGTH) throw new Failure('wrong-code');
  const text = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  const secret = decodeBase32(text.slice(SHORT_ID_LENGTH), CROCKFORD_ALPHABET);
  const issuer = decodeBase32(text.slice(0, SHORT_ID_LENGTH), CROCKFORD_ALPHABET);
  if (text.length !== CODE_LENGTH || secret === null || issuer === null) throw new Failure('wrong-code');
  const issuerShortId = [...text.slice(0, SHORT_ID_LENGTH)]
    .map((character) => RFC_4648_ALPHABET.charAt(CROCKFORD_ALPHABET.indexOf(character)))
    .join('');
  return { issuerShortId, secret };
}

/** Proof that this device knows the secret, bound to both ids and this connection; initiator is who proves. */
export function proofOf(secret: Uint8Array, context: PairContext): Buffer<ArrayBuffer> {
  return createHmac('sha256', secret)
    .update(PROOF_LABEL)
    .update(exporterContext(context.initiator, context.responder))
    .update(context.keyingMaterial)
    .digest();
}

/** Whether `proof` is right, in constant time. */
export function isProofOf(proof: Uint8Array, secret: Uint8Array, context: PairContext): boolean {
  return proof.length === PROOF_BYTES && timingSafeEqual(proof, proofOf(secret, context));
}
