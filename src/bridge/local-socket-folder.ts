import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, toFailure } from '../shared/failure.ts';

/** Linux allows 107 bytes and a NUL in a Unix socket's path; macOS 103. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

const OTHERS_MASK = 0o077;
const OWNER_ONLY = 0o700;

/** Named pipes have no folder; Windows keeps other users away by the pipe's own rights. */
export function isNamedPipe(path: string): boolean {
  return path.startsWith('\\\\.\\pipe\\');
}

/**
 * Makes sure that the folder of a control socket is ours alone: in /tmp anybody can make a folder with the
 * name we would use, and then answer in our engine's place. With `create` false a missing folder is answered
 * with false. Throws Failure('state-unusable').
 */
export async function checkSocketFolder(socketPath: string, create: boolean): Promise<boolean> {
  if (isNamedPipe(socketPath)) return true;
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw new Failure('state-unusable', { subject: socketPath, reason: 'socket path too long' });
  }
  const folder = dirname(socketPath);
  try {
    if (create) await makeFolder(folder);
    const stat = await lstat(folder);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) {
      throw new Failure('state-unusable', { subject: folder, reason: 'not a folder of this user' });
    }
    if ((stat.mode & OTHERS_MASK) !== 0) await chmod(folder, OWNER_ONLY);
    return true;
  } catch (error) {
    if (!create && (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    if (error instanceof Failure) throw error;
    throw new Failure('state-unusable', { subject: folder, reason: toFailure(error).reason ?? '' }, error);
  }
}

/** Only the folder itself: a runtime folder that the system has not made is not ours to make. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
