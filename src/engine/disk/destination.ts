import { Failure, toFailure } from '../../shared/failure.ts';
import { Folder } from './folder.ts';
import { fs } from './fs.ts';

/**
 * Opens the folder a copy goes into, creating it where it is missing. The path is this machine's own
 * user's choice, so links on the way are followed.
 * @throws Failure `destination-not-folder`, `no-permission`, `read-only`, `no-space`, ...
 */
export function openDestination(path: Uint8Array): Folder {
  const bytes = Buffer.from(path);
  try {
    fs.mkdirSync(bytes, { recursive: true });
    return Folder.openPath(bytes);
  } catch (error) {
    const subject = bytes.toString('utf8');
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR' || code === 'EEXIST') {
      throw new Failure('destination-not-folder', { subject, reason: code }, error);
    }
    const failure = toFailure(error, subject);
    // A folder on the way that cannot be made and "is not there" means its parent refuses names.
    throw failure.code === 'vanished'
      ? new Failure('no-permission', { subject, reason: code ?? '' }, error)
      : failure;
  }
}

/**
 * The same for a look that changes nothing: where the folder is missing, the nearest one above it stands in
 * for it, and nothing is in the way. @throws as `openDestination`.
 */
export function lookAtDestination(path: Uint8Array): { readonly root: Folder; readonly isMissing: boolean } {
  let bytes = Buffer.from(path);
  for (let isMissing = false; ; isMissing = true) {
    try {
      return { root: Folder.openPath(bytes), isMissing };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const subject = Buffer.from(path).toString('utf8');
      if (code === 'ENOTDIR') throw new Failure('destination-not-folder', { subject, reason: code }, error);
      const at = bytes.lastIndexOf('/');
      if (code !== 'ENOENT' || at < 0 || bytes.length === 1) throw toFailure(error, subject);
      bytes = bytes.subarray(0, Math.max(1, at));
    }
  }
}

/** Free bytes and names of the file system behind a folder, for an unprivileged user. */
export function freeSpace(path: Uint8Array): { readonly bytes: number; readonly inodes: number } {
  const stat = fs.statfsSync(Buffer.from(path));
  // File systems without a fixed table of inodes report none at all.
  return {
    bytes: stat.bavail * stat.bsize,
    inodes: stat.files === 0 ? Number.POSITIVE_INFINITY : stat.ffree,
  };
}

/** `no-space` told apart: ENOSPC also means that there is no name left to give. */
export function refineNoSpace(failure: Failure, destination: Uint8Array): Failure {
  if (failure.code !== 'no-space') return failure;
  try {
    if (freeSpace(destination).inodes > 0) return failure;
    return new Failure('no-inodes', failure.toData(), failure.cause);
  } catch {
    return failure;
  }
}
