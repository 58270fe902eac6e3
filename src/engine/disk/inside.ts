import { Failure, toFailure } from '../../shared/failure.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { Folder, type OpenRoot } from './folder.ts';

type Missing = 'fail' | 'create' | 'read';

/**
 * Opens the folder at `way` below a root that is held open, one component at a time and never through a link, so
 * that nothing outside can be reached: not by `..` (which is no component), not by links, and not by whoever
 * moves folders meanwhile.
 * @param missing what becomes of components that are not there; what is only read and leads through something that
 *   is no folder is not there either.
 * @throws Failure `no-such-path`, `destination-not-folder`, and others of the system.
 */
export function openInside(root: OpenRoot, way: BytePath, missing: Missing): Folder {
  let folder = Folder.below(root);
  for (const name of way) {
    const parent = folder;
    try {
      folder = step(parent, name, missing);
    } catch (error) {
      throw toWayFailure(error, Buffer.from(way.join('/'), 'latin1').toString('utf8'), missing === 'read');
    } finally {
      parent.close();
    }
  }
  return folder;
}

/**
 * The destination of a copy below a root. For a look that changes nothing the nearest folder that is there stands
 * in for one that is missing. @throws as `openInside`.
 */
export function openWithin(
  root: OpenRoot,
  way: BytePath,
  isLook: boolean,
): { readonly root: Folder; readonly isMissing: boolean } {
  if (!isLook) return { root: openInside(root, way, 'create'), isMissing: false };
  for (let depth = way.length; ; depth--) {
    try {
      return { root: openInside(root, way.slice(0, depth), 'fail'), isMissing: depth < way.length };
    } catch (error) {
      if (depth === 0 || toFailure(error).code !== 'no-such-path') throw error;
    }
  }
}

function step(parent: Folder, name: ByteName, missing: Missing): Folder {
  try {
    return parent.openFolder(name);
  } catch (error) {
    if (missing !== 'create' || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    parent.createFolder(name, 0o777);
  } catch (error) {
    // Somebody else made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return parent.openFolder(name);
}

function toWayFailure(error: unknown, subject: string, isRead: boolean): Failure {
  const failure = toFailure(error, subject, 'io');
  const reason = failure.reason ?? '';
  if (reason === 'ENOENT') return new Failure('no-such-path', { subject, reason }, error);
  if (reason === 'ENOTDIR' || reason === 'ELOOP') {
    if (isRead) return new Failure('no-such-path', { subject, reason: 'not a folder' }, error);
    return new Failure('destination-not-folder', { subject, reason }, error);
  }
  return failure;
}
