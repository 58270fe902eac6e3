import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { Environment } from './home.ts';

/** Longest socket path in bytes: sockaddr_un holds 108 on Linux and 104 on macOS, a NUL included. */
export const MAX_SOCKET_PATH_BYTES = 107;
const MAX_SOCKET_PATH_BYTES_DARWIN = 103;

/** 80 bits: two homes of one person never meet, and the path stays short. */
const HASH_HEX_LENGTH = 20;

export interface SocketPlace {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Undefined on Windows. */
  readonly uid: number | undefined;
  /** Parent of the second choice: `/tmp`, not TMPDIR, which differs between a person's sessions. */
  readonly sharedTemp: string;
}

/** The running process as a {@link SocketPlace}. */
export function currentSocketPlace(): SocketPlace {
  return { env: process.env, platform: process.platform, uid: process.getuid?.(), sharedTemp: '/tmp' };
}

/**
 * Where the engine of a home listens for other processes, best first: `$XDG_RUNTIME_DIR/ferry/<hash>.sock`,
 * then `/tmp/ferry-<uid>/<hash>.sock`; one named pipe on Windows. Paths over the limit of the system are left
 * out. Pure. `homePath` is the real path of the home.
 */
export function controlSocketPaths(homePath: string, place: SocketPlace): readonly string[] {
  const hash = createHash('sha256').update(homePath).digest('hex').slice(0, HASH_HEX_LENGTH);
  if (place.platform === 'win32') return [`\\\\.\\pipe\\ferry-${hash}`];
  const runtime = place.env.XDG_RUNTIME_DIR;
  const limit = place.platform === 'darwin' ? MAX_SOCKET_PATH_BYTES_DARWIN : MAX_SOCKET_PATH_BYTES;
  return [
    ...(runtime && isAbsolute(runtime) ? [join(runtime, 'ferry', `${hash}.sock`)] : []),
    join(place.sharedTemp, `ferry-${place.uid ?? 0}`, `${hash}.sock`),
  ].filter((path) => Buffer.byteLength(path) <= limit);
}

/**
 * For the process that will listen: the first path whose folder exists or can be made, is a real folder of
 * this user and closed to others. Throws Failure `state-unusable` when none is.
 */
export async function prepareControlSocket(homePath: string, place: SocketPlace): Promise<string> {
  let last: Failure | null = null;
  for (const path of controlSocketPaths(homePath, place)) {
    if (place.platform === 'win32') return path;
    try {
      await mkdir(dirname(path), { mode: 0o700 }).catch(ignoreExisting);
      await checkPrivateFolder(dirname(path), place.uid);
      return path;
    } catch (error) {
      last = toFailure(error, dirname(path), 'state-unusable');
    }
  }
  throw new Failure(
    'state-unusable',
    { ...last?.toData(), subject: last?.subject ?? place.sharedTemp },
    last,
  );
}

/**
 * For the process that will attach: the paths whose folder is this user's alone, so that nobody else can be
 * listening there. Whether an engine listens is found by connecting.
 */
export async function findControlSockets(homePath: string, place: SocketPlace): Promise<readonly string[]> {
  const paths = controlSocketPaths(homePath, place);
  if (place.platform === 'win32') return paths;
  const safe = await Promise.all(
    paths.map((path) =>
      checkPrivateFolder(dirname(path), place.uid).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => safe[index]);
}

/** lstat, not stat: a link would let another user choose the folder later. */
async function checkPrivateFolder(folder: string, uid: number | undefined): Promise<void> {
  const status = await lstat(folder);
  const reason = !status.isDirectory()
    ? 'not a folder'
    : status.uid !== uid
      ? 'other owner'
      : (status.mode & 0o077) !== 0
        ? `mode ${(status.mode & 0o777).toString(8)}`
        : null;
  if (reason !== null) throw new Failure('state-unusable', { subject: folder, reason });
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
