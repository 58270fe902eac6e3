import type { StreamChoice } from './copy-options.ts';
import type { Visibility } from './device.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export const CONTRASTS = ['system', 'more'] as const;
export const LANGUAGES = ['system', 'en', 'de'] as const;
export const ACCEPT_MODES = ['ask', 'paired', 'none'] as const;

/** What a person chose for this device; each takes effect at once. Flags of a command win while it runs. */
export interface SettingsView {
  readonly visibility: Visibility;
  /** Absolute path of the folder that takes offers. */
  readonly inbox: string;
  /** Who may put something here without being asked. */
  readonly accept: (typeof ACCEPT_MODES)[number];
  /** Port that `serve` and the app listen on. */
  readonly port: number;
  /** Bytes per second for jobs that ask for no limit of their own; null is unlimited. */
  readonly limitBytesPerSecond: number | null;
  /** Bytes per second of all jobs together for as long as a person wants it gentle; null is not now. */
  readonly gentleBytesPerSecond: number | null;
  readonly streams: StreamChoice;
  readonly theme: (typeof THEMES)[number];
  readonly contrast: (typeof CONTRASTS)[number];
  readonly language: (typeof LANGUAGES)[number];
  readonly startAtLogin: boolean;
  readonly notify: boolean;
  /** Keep ended jobs in the list after a restart. */
  readonly history: boolean;
}
