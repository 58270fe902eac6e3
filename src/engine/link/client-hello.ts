/**
 * Just enough of TLS to read the server name of a ClientHello, so that a connection can be routed to the
 * thread that will speak TLS on it. Nothing is believed beyond that. Source: RFC 8446 §4.1.2, §5.1, RFC 6066 §3.
 */

const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_RECORD = 22;
const MAX_RECORD_BYTES = 1 << 14;
const CLIENT_HELLO = 1;
const HANDSHAKE_HEADER_BYTES = 4;
const VERSION_AND_RANDOM_BYTES = 34;
const SERVER_NAME_EXTENSION = 0;
const HOST_NAME_TYPE = 0;

export type ClientHello =
  | { readonly kind: 'more' }
  | { readonly kind: 'not-tls' }
  | { readonly kind: 'hello'; readonly serverName: string | null };

const MORE: ClientHello = { kind: 'more' };
const NOT_TLS: ClientHello = { kind: 'not-tls' };

/** Reads forward; every read is checked against the end. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get leftBytes(): number {
    return this.#bytes.length - this.#at;
  }

  take(lengthBytes: number): Buffer {
    if (lengthBytes > this.leftBytes) throw new RangeError('past the end');
    this.#at += lengthBytes;
    return this.#bytes.subarray(this.#at - lengthBytes, this.#at);
  }

  number(sizeBytes: 1 | 2 | 3): number {
    return this.take(sizeBytes).readUIntBE(0, sizeBytes);
  }

  /** A vector with its length in front. */
  vector(sizeBytes: 1 | 2): Cursor {
    return new Cursor(this.take(this.number(sizeBytes)));
  }
}

/** The handshake bytes so far, out of as many records as they are spread over; null when it is not TLS. */
function handshakeBytes(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const isHandshake = bytes[at] === HANDSHAKE_RECORD && (bytes[at + 1] ?? 3) === 3;
    if (!isHandshake) return null;
    if (bytes.length - at < RECORD_HEADER_BYTES) break;
    const lengthBytes = bytes.readUInt16BE(at + 3);
    if (lengthBytes === 0 || lengthBytes > MAX_RECORD_BYTES) return null;
    const from = at + RECORD_HEADER_BYTES;
    parts.push(bytes.subarray(from, from + lengthBytes));
    at = from + lengthBytes;
  }
  return Buffer.concat(parts);
}

function serverNameOf(hello: Cursor): string | null {
  hello.take(VERSION_AND_RANDOM_BYTES);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  if (hello.leftBytes === 0) return null;
  const extensions = hello.vector(2);
  while (extensions.leftBytes > 0) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type !== SERVER_NAME_EXTENSION) continue;
    const names = content.vector(2);
    if (names.number(1) !== HOST_NAME_TYPE) return null;
    const name = names.vector(2);
    return name.take(name.leftBytes).toString('latin1').toLowerCase();
  }
  return null;
}

/**
 * Reads the first bytes of a connection: `more` until the ClientHello is whole, `not-tls` as soon as it
 * cannot be one, then its server name (lower case), null when it has none.
 */
export function readClientHello(bytes: Buffer): ClientHello {
  const handshake = handshakeBytes(bytes);
  if (handshake === null) return NOT_TLS;
  if (handshake.length > 0 && handshake[0] !== CLIENT_HELLO) return NOT_TLS;
  if (handshake.length < HANDSHAKE_HEADER_BYTES) return MORE;
  const lengthBytes = handshake.readUIntBE(1, 3);
  if (handshake.length - HANDSHAKE_HEADER_BYTES < lengthBytes) return MORE;
  const end = HANDSHAKE_HEADER_BYTES + lengthBytes;
  try {
    const serverName = serverNameOf(new Cursor(handshake.subarray(HANDSHAKE_HEADER_BYTES, end)));
    return { kind: 'hello', serverName };
  } catch {
    return NOT_TLS;
  }
}
