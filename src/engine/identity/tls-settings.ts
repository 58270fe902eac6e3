import { constants } from 'node:crypto';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import type { Identity } from './identity.ts';

/** Names the family of protocols for ever; versions are settled in the hello. */
export const ALPN = 'ferry';
/** TLS server names: what kind of connection this is, readable before the handshake so that it can be routed. */
export const CONTROL_SERVER_NAME = 'control.ferry';
export const DATA_SERVER_NAME = 'data.ferry';

/** Whether a connection asks for the data plane: `data.ferry`, or a route in front of it. */
export function isDataServerName(serverName: string | null): serverName is string {
  return serverName === DATA_SERVER_NAME || (serverName?.endsWith(`.${DATA_SERVER_NAME}`) ?? false);
}

/** AES-128-GCM first: the fastest suite with hardware AES, and strong enough for anything. */
const CIPHERS = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

function commonSettings(identity: Identity) {
  return {
    key: identity.keyPem,
    cert: identity.certificatePem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: CIPHERS,
    // Trust is the pin on the key (check-peer.ts), not a chain of authorities.
    rejectUnauthorized: false,
    ALPNProtocols: [ALPN],
    // A resumed session carries no certificate, so sessions are never resumed.
    secureOptions: constants.SSL_OP_NO_TICKET,
  } as const;
}

/** For `tls.createServer` and server-side `TLSSocket`s. Run `checkPeer` before the first application byte. */
export function serverTlsSettings(identity: Identity) {
  return {
    ...commonSettings(identity),
    requestCert: true,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  } satisfies TlsOptions;
}

/** For `tls.connect`. Run `checkPeer` before the first application byte. */
export function clientTlsSettings(identity: Identity, serverName: string) {
  return {
    ...commonSettings(identity),
    servername: serverName,
    checkServerIdentity: () => undefined,
  } satisfies ConnectionOptions;
}
