import { randomBytes } from 'node:crypto';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { MAX_STREAMS } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import { ACCEPT_MODES, CONTRASTS, LANGUAGES, type SettingsView, THEMES } from '../../shared/settings.ts';
import type { Log } from '../engine-options.ts';
import type { Home } from './home.ts';

/** Raised when a field changes its meaning; a file with a higher one is refused and left alone. */
const SETTINGS_VERSION = 1;
/** Far above any real file: it is read whole. */
const MAX_SETTINGS_BYTES = 1024 * 1024;

/** What a person chose for good. Flags win over settings, settings over defaults; absent is the default. */
const settingsSchema = z.looseObject({
  version: z.literal(SETTINGS_VERSION),
  visibility: z.enum(['everyone', 'paired', 'off']).optional(),
  /** Absolute path of the folder that takes offers. */
  inbox: z.string().refine(isAbsolute).optional(),
  /** Bytes per second of each job that asks for no limit of its own; null is unlimited. */
  limitBytesPerSecond: z.number().int().positive().nullable().optional(),
  gentleBytesPerSecond: z.number().int().positive().nullable().optional(),
  accept: z.enum(ACCEPT_MODES).optional(),
  /** Where `serve` and the app listen. */
  port: z.number().int().min(1).max(65_535).optional(),
  streams: z.union([z.literal('auto'), z.number().int().min(1).max(MAX_STREAMS)]).optional(),
  theme: z.enum(THEMES).optional(),
  contrast: z.enum(CONTRASTS).optional(),
  language: z.enum(LANGUAGES).optional(),
  startAtLogin: z.boolean().optional(),
  notify: z.boolean().optional(),
  history: z.boolean().optional(),
});

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** New values; null takes a setting back to its default. */
export type SettingsChange = {
  readonly [Field in keyof SettingsView]?: SettingsView[Field] | null | undefined;
};

export interface SettingsStore {
  /** As last read or written. */
  current(): Settings;
  /** Throws Failure `usage` for a value that {@link SettingsStore.update} would refuse. */
  check(change: SettingsChange): void;
  /** Checks and writes; resolves when the new file is on disk. Throws Failure `usage` for a value out of range. */
  update(change: SettingsChange): Promise<Settings>;
}

/**
 * Reads settings.json of a home. Keys this program does not know are kept when it writes. A damaged file is set
 * aside with a log line, and the last good copy (`.bak`) or the defaults are used.
 * Only the holder of the engine lock may update. Throws Failure `state-unusable` for a file of a newer version.
 */
export async function openSettings(
  home: Pick<Home, 'settings' | 'settingsBackup' | 'path'>,
  log: Log,
): Promise<SettingsStore> {
  let current = await readOrRecover(home, log);
  let queue: Promise<unknown> = Promise.resolve();

  function merge(change: SettingsChange): Settings {
    const merged = Object.entries({ ...current, ...change }).filter(
      ([field, value]) => value !== undefined && (value !== null || !(field in change)),
    );
    const checked = settingsSchema.safeParse(Object.fromEntries(merged));
    if (!checked.success) {
      throw new Failure('usage', { reason: reasonOf(checked.error) }, checked.error);
    }
    return checked.data;
  }

  async function write(change: SettingsChange): Promise<Settings> {
    const merged = merge(change);
    await replaceFile(home, `${JSON.stringify(merged, null, 2)}\n`);
    current = merged;
    return current;
  }

  return {
    current: () => current,
    check: (change) => void merge(change),
    update(change) {
      const result = queue.then(() => write(change));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}

/** The settings of a home as they are, for who does not hold its lock: nothing is recovered or written. */
export async function peekSettings(home: Pick<Home, 'settings'>): Promise<Settings> {
  const read = await readSettings(home.settings);
  return read.kind === 'good' ? read.settings : { version: SETTINGS_VERSION };
}

async function readOrRecover(home: Pick<Home, 'settings' | 'settingsBackup'>, log: Log): Promise<Settings> {
  const read = await readSettings(home.settings);
  if (read.kind === 'good') return read.settings;
  if (read.kind === 'absent') return { version: SETTINGS_VERSION };
  const aside = `${home.settings}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(home.settings, aside).catch((error: unknown) => {
    throw toFailure(error, home.settings, 'state-unusable');
  });
  const backup = await readSettings(home.settingsBackup);
  const from = backup.kind === 'good' ? 'backup' : 'defaults';
  log('error', 'settings-set-aside', { path: aside, reason: read.reason, from });
  return backup.kind === 'good' ? backup.settings : { version: SETTINGS_VERSION };
}

type ReadResult =
  | { readonly kind: 'good'; readonly settings: Settings }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly reason: string };

async function readSettings(path: string): Promise<ReadResult> {
  const content = await readBounded(path);
  if (content === null) return { kind: 'absent' };
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { kind: 'damaged', reason: 'not JSON' };
  }
  const version = z.looseObject({ version: z.int() }).safeParse(value);
  if (version.success && version.data.version > SETTINGS_VERSION) {
    const reason = `newer settings ${version.data.version}`;
    throw new Failure('state-unusable', { subject: path, reason });
  }
  const checked = settingsSchema.safeParse(value);
  if (checked.success) return { kind: 'good', settings: checked.data };
  return { kind: 'damaged', reason: reasonOf(checked.error) };
}

async function readBounded(path: string): Promise<string | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      return size > MAX_SETTINGS_BYTES ? '' : await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const failure = toFailure(error, path, 'state-unusable');
    if (failure.code === 'vanished') return null;
    throw failure;
  }
}

/** Names of the fields that are wrong, never their values. */
function reasonOf(error: z.ZodError): string {
  return [...new Set(error.issues.map((issue) => issue.path.join('.') || 'form'))].join(', ');
}

/** Old or new after a power cut, never a mix: temp, sync, rename, sync of the folder. */
async function replaceFile(
  home: Pick<Home, 'settings' | 'settingsBackup' | 'path'>,
  content: string,
): Promise<void> {
  const temp = `${home.settings}.${randomBytes(6).toString('hex')}.part`;
  try {
    await writeSynced(temp, content);
    await keepBackup(home);
    await rename(temp, home.settings);
    await syncFolder(home.path);
  } catch (error) {
    await rm(temp, { force: true });
    throw toFailure(error, home.settings, 'io');
  }
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The file about to be replaced was read or written by us, so it is good. */
async function keepBackup(home: Pick<Home, 'settings' | 'settingsBackup'>): Promise<void> {
  const temp = `${home.settingsBackup}.part`;
  try {
    await copyFile(home.settings, temp);
    await rename(temp, home.settingsBackup);
  } catch (error) {
    if (toFailure(error).code !== 'vanished') throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no descriptors of folders; its rename is journalled.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
