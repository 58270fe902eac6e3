import type { DeviceId } from './ids.ts';

/** `mine`: every device that is trusted as one of a person's own. Others are never let in, whatever is listed. */
export type ShareReaders = readonly DeviceId[] | 'mine';
export type ShareWriters = readonly DeviceId[] | 'mine' | 'none';

/** A folder of this device that others may use, by name. */
export interface ShareView {
  readonly name: string;
  /** Absolute path. */
  readonly dir: string;
  readonly readers: ShareReaders;
  readonly writers: ShareWriters;
  /** What it opens beyond what its name says: the person's whole home folder, or the whole machine. */
  readonly opens: 'home' | 'root' | null;
  /** The folder is there and open. */
  readonly isThere: boolean;
}

/** Characters a share's name may have: it is written `PEER:NAME/PATH`. */
export const MAX_SHARE_NAME = 64;

/** Whether `name` may name a share: text without `/`, `:` and controls, not `.` or `..`, no blanks at its ends. */
export function isShareName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_SHARE_NAME || name !== name.trim()) return false;
  if (name === '.' || name === '..') return false;
  return !/[/:\\\p{Cc}\p{Cs}]/u.test(name);
}
