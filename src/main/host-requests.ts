import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';
import { SETTINGS_PANES } from '../shared/host-api.ts';
import type { HostAsked, HostTold } from '../shared/host-messages.ts';
import { CONTRASTS, LANGUAGES, THEMES } from '../shared/settings.ts';

const MAX_PATH_LENGTH = 16_384;
const MAX_DRAGGED = 1_000;
const MAX_TEXT = 1_000;
const MAX_ID = 100;

/**
 * Whether a path may be handed to the system's file manager: absolute, in its plain form, and on this machine.
 * Merely looking at a `\\server\share` would send this person's Windows sign-in to that server.
 */
export function isLocalPath(path: string): boolean {
  return isAbsolute(path) && !path.includes('\0') && !/^[\\/]{2}/.test(path) && normalize(path) === path;
}

const localPath = z.string().min(1).max(MAX_PATH_LENGTH).refine(isLocalPath);
const id = z.string().min(1).max(MAX_ID);
const text = z.string().max(MAX_TEXT);
const count = z.int().min(0).max(1_000_000);

const activity = z.strictObject({
  bytesPerSecond: z.number().min(0),
  fraction: z.number().min(0).max(1).nullable(),
  requests: count,
  moving: count,
  paused: count,
  error: z.boolean(),
});

const preferences = z.strictObject({
  theme: z.enum(THEMES),
  contrast: z.enum(CONTRASTS),
  language: z.enum(LANGUAGES),
  startAtLogin: z.boolean(),
  visibility: z.enum(['everyone', 'paired', 'off']),
  deviceName: text,
});

const note = z.strictObject({
  id,
  title: text,
  body: text,
  actions: z.array(z.strictObject({ id, label: text })).max(3),
});

const hostTold: z.ZodType<HostTold> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('request-engine') }),
  z.strictObject({ kind: z.literal('show-in-folder'), path: localPath }),
  z.strictObject({ kind: z.literal('start-drag'), paths: z.array(localPath).min(1).max(MAX_DRAGGED) }),
  z.strictObject({ kind: z.literal('notify'), note }),
  z.strictObject({ kind: z.literal('dismiss-note'), id }),
  z.strictObject({ kind: z.literal('activity'), activity }),
  z.strictObject({ kind: z.literal('preferences'), preferences }),
  z.strictObject({ kind: z.literal('open-settings'), pane: z.enum(SETTINGS_PANES) }),
]);

const hostAsked: z.ZodType<HostAsked> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pick-files'), what: z.enum(['files', 'folders']) }),
  z.strictObject({ kind: z.literal('pick-folder'), startAt: localPath.nullable() }),
]);

/** What a page told, or null when it is nothing that we know: then nothing happens. */
export function readTold(raw: unknown): HostTold | null {
  return hostTold.safeParse(raw).data ?? null;
}

/** What a page asked, or null. */
export function readAsked(raw: unknown): HostAsked | null {
  return hostAsked.safeParse(raw).data ?? null;
}
