import { createHash, hkdfSync } from 'node:crypto';
import type { DeviceId } from '../../shared/ids.ts';
import { deviceIdBytes } from './device-id.ts';

/**
 * The six digits two people compare. The initiator commits to its nonce before it sees the responder's, so
 * nobody in the middle can search for keys or nonces that make two codes equal. Constants and construction:
 * docs/security.md, pairing A; a test holds its vector.
 */

export const EXPORTER_LABEL = 'EXPORTER-lanpair-1';
export const EXPORTER_BYTES = 32;
export const NONCE_BYTES = 32;

const COMMIT_LABEL = 'lanpair/1 commit';
const CODE_LABEL = 'lanpair/1 sas';
const CODE_KEY_BYTES = 8;
const DIGITS = 6;

/** Both ends of a pairing or invite, and what ties it to their connection. */
export interface PairContext {
  /** Who started: sends the commitment, or proves that it knows a code. */
  readonly initiator: DeviceId;
  readonly responder: DeviceId;
  /** {@link EXPORTER_BYTES} of keying material exported with {@link exporterContext}. */
  readonly keyingMaterial: Uint8Array;
}

/** Both ids go in because the TLS 1.3 exporter does not cover the client's certificate. */
export function exporterContext(initiator: DeviceId, responder: DeviceId): Buffer {
  return Buffer.concat([deviceIdBytes(initiator), deviceIdBytes(responder)]);
}

/** What the initiator sends first: a commitment to its nonce. */
export function commitmentOf(context: PairContext, initiatorNonce: Uint8Array): Buffer<ArrayBuffer> {
  return createHash('sha256')
    .update(COMMIT_LABEL)
    .update(exporterContext(context.initiator, context.responder))
    .update(context.keyingMaterial)
    .update(initiatorNonce)
    .digest();
}

/** Eight bytes from both nonces; the digits are made of them. */
export function shortCodeKey(
  context: PairContext,
  initiatorNonce: Uint8Array,
  responderNonce: Uint8Array,
): Buffer {
  const secret = Buffer.concat([initiatorNonce, responderNonce]);
  const ids = exporterContext(context.initiator, context.responder);
  const info = Buffer.concat([Buffer.from(CODE_LABEL), ids]);
  return Buffer.from(hkdfSync('sha256', secret, context.keyingMaterial, info, CODE_KEY_BYTES));
}

/** The six digits, leading zeros kept. */
export function shortCode(
  context: PairContext,
  initiatorNonce: Uint8Array,
  responderNonce: Uint8Array,
): string {
  const number = shortCodeKey(context, initiatorNonce, responderNonce).readBigUInt64BE();
  return (number % 10n ** BigInt(DIGITS)).toString().padStart(DIGITS, '0');
}
