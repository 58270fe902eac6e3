import type { CommandId } from './commands.ts';
import type { DeepLink } from './deep-link.ts';
import type { Visibility } from './device.ts';
import type { FailureData } from './failure.ts';
import type { SettingsView } from './settings.ts';

/**
 * What a page may ask of the program that shows it, beside the engine: the Electron shell implements it in its
 * preload, the browser build has a twin of its own. What a host cannot do is absent from the screens, so ask
 * `kind` (or whether an optional function is there) before showing it.
 */
export interface HostApi {
  readonly kind: 'desktop' | 'browser';
  readonly platform: HostPlatform;
  /** Asks a person for files (or whole folders). Null: they thought better of it. */
  pickFiles(what: 'files' | 'folders'): Promise<PickedItems | null>;
  /** Asks for one folder to put things in; an absolute path. Null: cancelled, or the host has no such dialog. */
  pickFolder(startAt: string | null): Promise<string | null>;
  /** Absolute paths of dropped or pasted files, '' where one has none. Empty in a browser. Folders count as files. */
  pathsOf(files: readonly File[]): readonly string[];
  /** Shows a file or folder in the system's file manager. Does nothing for what is gone, and in a browser. */
  showInFolder(path: string): void;
  /** Begins dragging finished files out of the window; call it in `dragstart` after `preventDefault`. */
  startDrag(paths: readonly string[]): void;
  /** A system notification; what is done with it comes back as a command. Showing it twice under one id replaces it. */
  notify(note: HostNote): void;
  /** Takes the notification away, for instance because its request was answered in the page. */
  dismissNote(id: string): void;
  /**
   * Feeds tray, dock, taskbar, badge, sleep blocker and the question on quitting. Call it when something changes,
   * at most twice a second, from events of the engine and not from a timer (those stop in a hidden window).
   */
  setActivity(activity: HostActivity): void;
  /** Tells the shell which settings hold: at start and after each change. */
  setPreferences(preferences: HostPreferences): void;
  /** One listener; what came before it was set is kept for it. Calling it says that the page is ready. */
  onCommand(listener: (command: HostCommand) => void): void;
  /**
   * Asks for a carrier to the engine. It arrives as a `message` event of the window with the data
   * {@link ENGINE_PORT_MESSAGE} and one port, as soon as the engine runs. Ask again after the port has closed: then
   * the engine has ended and is being started again. Absent in a browser.
   */
  requestEngine?(): void;
  /** Opens a pane of the system's settings. Absent where there is none to open. */
  openSystemSettings?(pane: SettingsPane): void;
}

/** Data of the window message that brings the port to the engine. Take it only when `event.source === window`. */
export const ENGINE_PORT_MESSAGE = 'ferry:engine-port';

/** The name under which the shell puts its {@link HostApi} on `window`. Absent in a browser. */
export const HOST_GLOBAL = 'ferryHost';

export type HostPlatform = 'mac' | 'windows' | 'linux' | 'web';

export type PickedItems =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'files'; readonly files: readonly File[] };

export const SETTINGS_PANES = ['local-network', 'notifications', 'login-items', 'firewall'] as const;
export type SettingsPane = (typeof SETTINGS_PANES)[number];

/** Texts are made by the page from the catalogue. */
export interface HostNote {
  /** Of the page's choosing; comes back with what is done. At most 100 characters. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Buttons in their order, at most three; systems that have none show the text alone. */
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

export interface HostActivity {
  /** Of all jobs together, both directions. */
  readonly bytesPerSecond: number;
  /** Of all moving jobs together, 0 to 1; null while it cannot be told. */
  readonly fraction: number | null;
  /** Requests that wait for a person. */
  readonly requests: number;
  /** Jobs whose bytes or names move now. */
  readonly moving: number;
  /** Jobs that have not ended and do not move because a person paused them. */
  readonly paused: number;
  /** A job needs a person: it failed, or ended with problems nobody has looked at. */
  readonly error: boolean;
}

export const NO_ACTIVITY: HostActivity = {
  bytesPerSecond: 0,
  fraction: null,
  requests: 0,
  moving: 0,
  paused: 0,
  error: false,
};

export interface HostPreferences
  extends Pick<SettingsView, 'theme' | 'contrast' | 'language' | 'startAtLogin' | 'visibility'> {
  /** Name of this device, for the tray's tip. */
  readonly deviceName: string;
}

/** What the shell asks of the page. */
export type HostCommand =
  /** A menu item, an accelerator or the tray. */
  | { readonly kind: 'command'; readonly id: CommandId }
  /** From the tray: who sees this device. */
  | { readonly kind: 'set-visibility'; readonly visibility: Visibility }
  /** Absolute paths to send: dropped on the icon, or handed over by a second start. The page asks whom to. */
  | { readonly kind: 'open-paths'; readonly paths: readonly string[] }
  /** A `ferry:` link was opened: the page fills in the dialog it is about and does nothing by itself. */
  | { readonly kind: 'open-link'; readonly link: DeepLink }
  /** A notification was pressed: one of its buttons, or (null) the notification itself. */
  | { readonly kind: 'note-pressed'; readonly note: string; readonly action: string | null }
  /** The system showed nothing; the page's own equal is all that the person sees. */
  | { readonly kind: 'note-failed'; readonly note: string }
  /** The engine cannot be opened (another program holds its home, its database is unusable); it is tried again. */
  | { readonly kind: 'engine-failed'; readonly failure: FailureData }
  /** macOS wants the login item to be approved by hand (true), or no longer does. */
  | { readonly kind: 'login-item'; readonly needsApproval: boolean };
