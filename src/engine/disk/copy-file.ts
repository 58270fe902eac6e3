import type { ByteName } from '../wire/byte-name.ts';
import { closeFd, type Folder, readFully, setFdMode, setFdTimes, writeFully } from './folder.ts';
import { fs } from './fs.ts';
import { statFd } from './stat.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * A second file, synced, with the content, mode and time of one that is here. The new name must be free.
 * @throws system errors, and leaves nothing behind then.
 */
export function copyFile(from: Folder, fromName: ByteName, to: Folder, toName: ByteName): void {
  const source = from.openFile(fromName);
  try {
    const target = to.createFile(toName, 0o600);
    try {
      copyContent(source, target);
    } catch (error) {
      to.removeFile(toName);
      throw error;
    } finally {
      closeFd(target);
    }
  } finally {
    closeFd(source);
  }
}

function copyContent(source: number, target: number): void {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let offset = 0; ; offset += PIECE_BYTES) {
    const read = readFully(source, buffer, offset);
    writeFully(target, buffer.subarray(0, read), offset);
    if (read < PIECE_BYTES) break;
  }
  const { mode, mtimeSec, mtimeNs } = statFd(source);
  setFdMode(target, mode);
  setFdTimes(target, mtimeSec, mtimeNs);
  fs.fsyncSync(target);
}
