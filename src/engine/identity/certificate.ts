import { type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  element,
  objectIdentifier,
  octetString,
  positiveInteger,
  sequence,
  set,
  tagged,
  utf8String,
} from './der.ts';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
/** keyUsage bit 0, the highest of the first byte; seven bits are unused. */
const DIGITAL_SIGNATURE = Buffer.from([0x80]);

/** Dates are ignored by every Ferry (identity is the pin), so the widest span there is keeps others quiet too. */
const NOT_BEFORE = '700101000000Z';
const NOT_AFTER = '99991231235959Z';

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [TRUE] : []), octetString(value));
}

function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return positiveInteger(bytes);
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

/**
 * A self-signed X.509v3 certificate for a P-256 key pair, as PEM: random common name (no user or host name),
 * `digitalSignature` in keyUsage because BoringSSL insists on it, client and server use, not a CA.
 * Source of the profile: docs/security.md; of the structure: RFC 5280 §4.1.
 */
export function createCertificate(privateKey: KeyObject, publicKey: KeyObject): string {
  const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256));
  const commonName = utf8String(randomBytes(8).toString('hex'));
  const name = sequence(set(sequence(objectIdentifier(COMMON_NAME), commonName)));
  const validity = sequence(
    element(UTC_TIME, Buffer.from(NOT_BEFORE)),
    element(GENERALIZED_TIME, Buffer.from(NOT_AFTER)),
  );
  const extensions = sequence(
    extension(BASIC_CONSTRAINTS, true, sequence()),
    extension(KEY_USAGE, true, bitString(DIGITAL_SIGNATURE, 7)),
    extension(
      EXTENDED_KEY_USAGE,
      false,
      sequence(objectIdentifier(SERVER_AUTH), objectIdentifier(CLIENT_AUTH)),
    ),
  );
  const toSign = sequence(
    tagged(0, positiveInteger(Buffer.from([2]))),
    serialNumber(),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, extensions),
  );
  const signature = sign('sha256', toSign, privateKey);
  return toPem(sequence(toSign, algorithm, bitString(signature)));
}
