import { Failure } from '../../shared/failure.ts';
import { closeFd, type Folder } from './folder.ts';
import type { OpenFile } from './open-file.ts';
import { isSameVersion, type Stat, statFd } from './stat.ts';
import type { Target } from './tree-writer.ts';

/**
 * Opens the file that is to be written into, instead of one that takes its place.
 * @throws Failure `destination-changed` where it is not the one that was planned for; system errors.
 */
export function openTarget(folder: Folder, target: Target, expected: Stat): Omit<OpenFile, 'mark'> {
  const fd = folder.openForUpdate(target.name);
  const stat = statFd(fd);
  if (stat.type === 'file' && stat.inode === expected.inode) {
    return { target, name: target.name, fd };
  }
  closeFd(fd);
  throw new Failure('destination-changed');
}

/**
 * Opens the file that is planned to be replaced, for reading.
 * @throws as `openTarget`, also where its content has changed since it was planned.
 */
export function openReplaced(folder: Folder, target: Target, expected: Stat): number {
  const fd = folder.openFile(target.name);
  if (isStillThere(fd, expected)) return fd;
  closeFd(fd);
  throw new Failure('destination-changed');
}

/** Whether an open file is the version that was planned for. */
export function isStillThere(fd: number, expected: Stat): boolean {
  const stat = statFd(fd);
  return stat.type === 'file' && stat.inode === expected.inode && isSameVersion(stat, expected);
}
