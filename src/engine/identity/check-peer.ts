import type { TLSSocket } from 'node:tls';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { deviceIdOf } from './device-id.ts';
import { isIdentityKey } from './identity.ts';
import { ALPN } from './tls-settings.ts';

/**
 * Who is at the other end of a finished handshake. To be called on both sides before the first application
 * byte is read or written; on a throw the caller destroys the socket.
 * Throws Failure `not-ferry` (no or another ALPN) or `peer-misbehaved` (resumed session, no certificate, a key
 * that is not EC P-256). Source: docs/security.md.
 */
export function checkPeer(socket: TLSSocket): DeviceId {
  if (socket.alpnProtocol !== ALPN) throw new Failure('not-ferry', { reason: 'ALPN' });
  if (socket.getProtocol() !== 'TLSv1.3') throw new Failure('peer-misbehaved', { reason: 'TLS version' });
  if (socket.isSessionReused()) throw new Failure('peer-misbehaved', { reason: 'resumed session' });
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new Failure('peer-misbehaved', { reason: 'no certificate' });
  try {
    const key = certificate.publicKey;
    if (!isIdentityKey(key)) throw new Failure('peer-misbehaved', { reason: 'key is not P-256' });
    return deviceIdOf(key.export({ type: 'spki', format: 'der' }));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('peer-misbehaved', { reason: 'unreadable certificate' }, error);
  }
}
