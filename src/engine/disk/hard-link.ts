import type { ByteName } from '../wire/byte-name.ts';
import { copyFile } from './copy-file.ts';
import type { Folder } from './folder.ts';

/** Errors of link(2) that say that this file system, or this file, takes no further name. */
const CANNOT_LINK: ReadonlySet<string> = new Set(['EMLINK', 'EPERM', 'EOPNOTSUPP', 'EXDEV']);

/**
 * Gives the file `fromName` of `from` the further name `name` in `into`, or makes a copy of it where the file
 * system cannot link. Returns whether it is a link. @throws system errors.
 */
export function linkOrCopy(from: Folder, fromName: ByteName, into: Folder, name: ByteName): boolean {
  try {
    into.createHardLink(name, from, fromName);
    return true;
  } catch (error) {
    if (!CANNOT_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFile(from, fromName, into, name);
    return false;
  }
}
