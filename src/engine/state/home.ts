import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { Failure, toFailure } from '../../shared/failure.ts';

/** Environment variables as a host has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a device keeps its key, database, settings and logs: the names of everything in it. */
export interface Home {
  /** Real path: no link in it, so that two names of one home are one home. */
  readonly path: string;
  readonly database: string;
  readonly engineLock: string;
  readonly settings: string;
  readonly settingsBackup: string;
  readonly logs: string;
  /** Lists of what jobs are made of. */
  readonly lists: string;
}

const PRIVATE_FOLDER_MODE = 0o700;
const OTHERS_MASK = 0o077;

/** `FERRY_HOME`, else the platform's proper place for application data. Absolute; nothing is created. */
export function resolveHomePath(env: Environment): string {
  const chosen = env.FERRY_HOME;
  return chosen ? resolve(chosen) : envPaths('ferry', { suffix: '' }).data;
}

/** Where received files go unless told otherwise: `Ferry` in the person's own folder, seen and easily found. */
export function defaultInbox(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const own = platform === 'win32' ? env.USERPROFILE : env.HOME;
  return join(own && isAbsolute(own) ? own : homedir(), 'Ferry');
}

/** Names of the files in a home whose real path is `path`. */
export function namesInHome(path: string): Home {
  return {
    path,
    database: join(path, 'ferry.db'),
    engineLock: join(path, 'engine.lock'),
    settings: join(path, 'settings.json'),
    settingsBackup: join(path, 'settings.json.bak'),
    logs: join(path, 'logs'),
    lists: join(path, 'lists'),
  };
}

/**
 * Creates the home (0700) where it is absent and checks that it is ours and private.
 * A folder of ours that others may read is closed to them when it is empty or already a home; a folder that
 * holds other things is refused, because somebody's ordinary folder was named by mistake.
 * Throws Failure `state-unusable` (or what the file system said).
 */
export async function openHome(path: string): Promise<Home> {
  try {
    await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    const home = namesInHome(await realpath(path));
    const status = await stat(home.path);
    const uid = process.getuid?.();
    if (uid !== undefined) {
      if (status.uid !== uid) throw new Failure('state-unusable', { subject: path, reason: 'other owner' });
      if ((status.mode & OTHERS_MASK) !== 0) await closeToOthers(home, status.mode);
    }
    for (const folder of [home.logs, home.lists]) {
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    }
    return home;
  } catch (error) {
    throw toFailure(error, path, 'state-unusable');
  }
}

async function closeToOthers(home: Home, mode: number): Promise<void> {
  const names = await readdir(home.path);
  const isHome = names.some((name) => ['ferry.db', 'engine.lock', 'settings.json'].includes(name));
  if (names.length > 0 && !isHome) {
    const reason = `mode ${(mode & 0o777).toString(8)}`;
    throw new Failure('state-unusable', { subject: home.path, reason });
  }
  await chmod(home.path, PRIVATE_FOLDER_MODE);
}
