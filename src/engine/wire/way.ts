import { Failure } from '../../shared/failure.ts';
import { type ByteName, type BytePath, fromBytes, isSafeName } from './byte-name.ts';

/** Bytes of a way below a share: more than any tree that the rest of Ferry copies. */
export const MAX_WAY_BYTES = 16 * 1024;

/** The way from a share's root as bytes, names joined by '/'; empty is the root itself. */
export function wayBytes(way: BytePath): Buffer {
  return Buffer.from(way.join('/'), 'latin1');
}

/**
 * Reads a way that somebody else wrote. Nothing that is not a plain name passes, so that `..` cannot even be said.
 * @throws Failure `no-right` for such names.
 */
export function readWay(bytes: Uint8Array): BytePath {
  if (bytes.length === 0) return [];
  if (bytes.length > MAX_WAY_BYTES) throw new Failure('no-right', { reason: 'path too long' });
  const names = fromBytes(bytes).split('/') as ByteName[];
  if (!names.every(isSafeName)) throw new Failure('no-right', { reason: 'not a plain path' });
  return names;
}

/** A way as a person writes it: '/'-separated text, where empty components mean nothing. @throws as `readWay`. */
export function parseWay(path: string): BytePath {
  const names = path.split('/').filter((name) => name !== '');
  return readWay(Buffer.from(names.join('/'), 'utf8'));
}
