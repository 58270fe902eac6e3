import type { HostActivity, HostNote, HostPreferences, SettingsPane } from './host-api.ts';

/** Names of the only channels between the preload and the desktop shell. */
export const HOST_CHANNELS = {
  /** Page to shell, no answer: a {@link HostTold}. */
  tell: 'ferry:tell',
  /** Page to shell, answered: a {@link HostAsked}. */
  ask: 'ferry:ask',
  /** Shell to page: a HostCommand. */
  command: 'ferry:command',
  /** Shell to preload: a port to the engine comes with it. */
  enginePort: 'ferry:engine-port',
} as const;

/** What a page tells the shell. */
export type HostTold =
  | { readonly kind: 'ready' }
  | { readonly kind: 'request-engine' }
  | { readonly kind: 'show-in-folder'; readonly path: string }
  | { readonly kind: 'start-drag'; readonly paths: readonly string[] }
  | { readonly kind: 'notify'; readonly note: HostNote }
  | { readonly kind: 'dismiss-note'; readonly id: string }
  | { readonly kind: 'activity'; readonly activity: HostActivity }
  | { readonly kind: 'preferences'; readonly preferences: HostPreferences }
  | { readonly kind: 'open-settings'; readonly pane: SettingsPane };

/** What a page asks the shell, and gets an answer to: absolute paths, or null when a person cancelled. */
export type HostAsked =
  | { readonly kind: 'pick-files'; readonly what: 'files' | 'folders' }
  | { readonly kind: 'pick-folder'; readonly startAt: string | null };
