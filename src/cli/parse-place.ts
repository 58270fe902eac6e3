import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CopyPlace } from '../shared/browse.ts';
import { Failure } from '../shared/failure.ts';

/** `PEER:[SHARE/PATH]` as a copy names it. */
interface PeerPlace extends CopyPlace {
  readonly peer: string;
}

/** Begins like a path of this machine: `/`, `./`, `../`, `~` or a drive. */
const LOCAL = /^(?:[/\\]|\.{1,2}(?:[/\\]|$)|~(?:[/\\]|$)|[A-Za-z]:[/\\])/;

/** A place of another device; null for one of this machine. @throws Failure `usage`. */
export function parsePeerPlace(text: string): PeerPlace | null {
  const colon = text.indexOf(':');
  if (LOCAL.test(text) || colon < 0) return null;
  const peer = text.slice(0, colon);
  const way = text.slice(colon + 1).replace(/^\/+/, '');
  if (peer === '') throw new Failure('usage', { subject: text, reason: 'a place is PEER:SHARE/PATH' });
  const slash = way.indexOf('/');
  const share = slash < 0 ? way : way.slice(0, slash);
  return { peer, share: share === '' ? null : share, path: slash < 0 ? '' : way.slice(slash + 1) };
}

/** A path of this machine as an absolute one; a slash at its end stays. */
export function toAbsolutePath(text: string, cwd: string): string {
  const path = /^~(?:[/\\]|$)/.test(text) ? join(homedir(), text.slice(1)) : resolve(cwd, text);
  return /[/\\]$/.test(text) && !path.endsWith('/') ? `${path}/` : path;
}
