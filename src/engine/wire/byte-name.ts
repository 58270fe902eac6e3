import { Failure } from '../../shared/failure.ts';
import { MAX_NAME_BYTES } from './limits.ts';

/**
 * File names are bytes, not text. Inside the data workers they are held as strings with one character
 * per byte (latin1): as compact as a Buffer, sorted by `<` in byte order, usable as keys, never
 * mistaken for text because of the brand.
 */
export type ByteName = string & { readonly byteName: true };

/** Components of a path below some root; never empty names, `.` or `..` (checked where they come in). */
export type BytePath = readonly ByteName[];

/** From exact bytes. */
export function fromBytes(bytes: Uint8Array): ByteName {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as ByteName;
}

/** From text, as UTF-8. */
export function fromText(text: string): ByteName {
  return Buffer.from(text, 'utf8').toString('latin1') as ByteName;
}

/** The exact bytes. */
export function toBytes(name: ByteName): Buffer {
  return Buffer.from(name, 'latin1');
}

/** Whether a name may be used as one path component; everything from outside passes here first. */
export function isSafeName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_NAME_BYTES) return false;
  if (name === '.' || name === '..') return false;
  return !name.includes('/') && !name.includes('\0');
}

/**
 * Checks a component received from a peer.
 * @throws Failure `peer-misbehaved`: an honest walker can never produce such a name.
 */
export function checkPeerName(name: string): ByteName {
  if (!isSafeName(name)) throw new Failure('peer-misbehaved', { reason: 'bad name' });
  return name as ByteName;
}

/** How a path is shown and stored as text; `base64` holds the exact bytes where the text is not them. */
export interface ShownPath {
  readonly path: string;
  readonly pathBase64?: string;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A path for results and screens: UTF-8 where the bytes are, otherwise each stray byte as `\xNN` beside
 * the exact bytes in base64. Control characters are escaped later, where it is shown.
 */
export function showPath(path: BytePath): ShownPath {
  const bytes = toBytes(path.join('/') as ByteName);
  try {
    return { path: strictUtf8.decode(bytes) };
  } catch {
    return { path: escapeStrayBytes(bytes), pathBase64: bytes.toString('base64') };
  }
}

function escapeStrayBytes(bytes: Buffer): string {
  let shown = '';
  for (const byte of bytes) {
    shown += byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return shown;
}
