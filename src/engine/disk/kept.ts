import type { ByteName } from '../wire/byte-name.ts';
import { closeFd, type Folder, setFdMode } from './folder.ts';
import { isSameDevice, type Stat, statFd } from './stat.ts';

/**
 * What an earlier run of a job left, taken up again. It lies where others may write too, so it is believed
 * only when it is what we make: ours, on the same file system, never behind a link.
 */

/** Whether something that was opened in `parent` can be of our making. */
function isOfOurs(stat: Stat, parent: Folder): boolean {
  const isOwn = process.getuid === undefined || stat.owner === process.getuid();
  return isOwn && isSameDevice(stat, parent.stat());
}

/** Opens a hidden folder for writing again, if it is ours. Returns whether it is. */
export function takeKeptFolder(parent: Folder, name: ByteName): boolean {
  let folder: Folder;
  try {
    folder = parent.openFolder(name);
  } catch {
    // A link, a file, or closed to us: not what we made.
    return false;
  }
  try {
    if (!isOfOurs(folder.stat(), parent)) return false;
    // The end of a copy gives folders their modes, which may forbid to write into them.
    setFdMode(folder.fd, 0o700);
    return true;
  } catch {
    return false;
  } finally {
    folder.close();
  }
}

/** Opens an unfinished file for reading and writing, if it is ours and has no other name; null otherwise. */
export function openKeptFile(parent: Folder, name: ByteName): number | null {
  try {
    const now = parent.statName(name);
    if (now?.type !== 'file' || now.linkCount !== 1 || !isOfOurs(now, parent)) return null;
    if (now.mode !== 0o600) parent.setMode(name, 0o600);
  } catch {
    return null;
  }
  let fd: number;
  try {
    fd = parent.openForUpdate(name);
  } catch {
    return null;
  }
  try {
    const stat = statFd(fd);
    if (stat.type === 'file' && stat.linkCount === 1 && isOfOurs(stat, parent)) return fd;
  } catch {
    // Told like anything else that cannot be taken up.
  }
  closeFd(fd);
  return null;
}

/** Removes a name with all that is below it, never through a link. @throws system errors. */
export function removeWithin(parent: Folder, name: ByteName): void {
  const stat = parent.statName(name);
  if (stat === null) return;
  if (stat.type !== 'folder') {
    parent.removeFile(name);
    return;
  }
  const folder = parent.openFolder(name);
  try {
    setFdMode(folder.fd, 0o700);
    for (const child of folder.readNames()) removeWithin(folder, child);
  } finally {
    folder.close();
  }
  parent.removeFolder(name);
}
