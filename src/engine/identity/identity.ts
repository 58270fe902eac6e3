import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { createCertificate } from './certificate.ts';
import { deviceIdOf } from './device-id.ts';

/** The one curve a device key may be on: every TLS library a peer could use accepts it. */
export const CURVE = 'prime256v1';

/** What a device proves itself with. Plain data: it can be posted to data workers. */
export interface Identity {
  readonly id: DeviceId;
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** Whether `key` is an EC key on P-256, the only kind that is an identity. */
export function isIdentityKey(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === CURVE;
}

/** A new random identity: a P-256 key and a self-signed certificate for it. */
export async function createIdentity(): Promise<Identity> {
  const pair = await promisify(generateKeyPair)('ec', { namedCurve: CURVE });
  return {
    id: deviceIdOf(pair.publicKey.export({ type: 'spki', format: 'der' })),
    keyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: createCertificate(pair.privateKey, pair.publicKey),
  };
}

/**
 * The identity in two PEM texts. Throws Failure `key-unusable` when one cannot be read, the key is not
 * P-256, or the certificate is not for it.
 */
export function readIdentity(keyPem: string, certificatePem: string): Identity {
  try {
    const key = createPrivateKey(keyPem);
    if (!isIdentityKey(key)) throw new Error('not a P-256 key');
    const certificate = new X509Certificate(certificatePem);
    if (!certificate.checkPrivateKey(key)) throw new Error('certificate of another key');
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    return { id: deviceIdOf(spki), keyPem, certificatePem };
  } catch (error) {
    throw new Failure(
      'key-unusable',
      { reason: error instanceof Error ? error.message : 'unreadable' },
      error,
    );
  }
}
