import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, relative } from 'node:path';
import { Failure, toFailure } from '../../shared/failure.ts';
import { isShareName, type ShareView } from '../../shared/share.ts';
import type { ShareRecord } from '../state/records.ts';

/** A stored share as front ends see it where no engine holds its root. */
export async function viewOfStored({ name, dir, readers, writers }: ShareRecord): Promise<ShareView> {
  const isThere = await stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return { name, dir, readers, writers, opens: await whatOpens(dir), isThere };
}

/** @throws Failure `usage`, `no-such-path`, `destination-not-folder`. */
export async function checkShare(name: string, dir: string): Promise<void> {
  if (!isShareName(name)) throw new Failure('usage', { subject: name, reason: 'not a name for a share' });
  if (!isAbsolute(dir)) throw new Failure('usage', { subject: dir, reason: 'path is not absolute' });
  try {
    if (!(await stat(dir)).isDirectory()) throw new Failure('destination-not-folder', { subject: dir });
  } catch (error) {
    const failure = toFailure(error, dir, 'io');
    throw failure.code === 'vanished' ? new Failure('no-such-path', { subject: dir }, error) : failure;
  }
}

/** Whether a folder is, or holds, the person's home; or is the whole machine. */
export async function whatOpens(dir: string): Promise<ShareView['opens']> {
  const real = await realpath(dir).catch(() => dir);
  if (real === '/' || /^[A-Za-z]:[\\/]?$/.test(real)) return 'root';
  const home = await realpath(homedir()).catch(() => homedir());
  const way = relative(real, home);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way)) ? 'home' : null;
}
