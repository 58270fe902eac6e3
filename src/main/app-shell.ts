import { app, type BrowserWindow, Menu, type MessagePortMain, nativeTheme, type WebContents } from 'electron';
import type { CommandId } from '../shared/commands.ts';
import { parseDeepLink } from '../shared/deep-link.ts';
import { type HostActivity, type HostPreferences, NO_ACTIVITY } from '../shared/host-api.ts';
import { CommandQueue } from './command-queue.ts';
import { type Desk, openDesk } from './desk.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import { forkEngine, makeEngineChannel } from './fork-engine.ts';
import { sendCommand, sendEnginePort } from './ipc.ts';
import { onWindowClosing } from './leaving.ts';
import { setLoginItem } from './login-item.ts';
import { menuTemplate } from './menu-template.ts';
import { makeNativeNote } from './native-note.ts';
import { Notes } from './notes.ts';
import type { AppPlaces } from './places.ts';
import { type Language, pickLanguage } from './shell-language.ts';
import { createShellTranslate, type ShellTranslate } from './shell-translate.ts';
import type { StateKeeper } from './state-keeper.ts';
import { openTray, type ShownTray } from './tray.ts';
import { type TrayDeed, toTray } from './tray-model.ts';
import { currentColour, openWindow } from './window.ts';

/** Of the shell's own notification; those of the page have other ids. */
const CLOSED_NOTE = 'shell:closed';

export interface ShellOptions {
  readonly places: AppPlaces;
  readonly keeper: StateKeeper;
  readonly hasTray: boolean;
  /** Started at login: the window stays hidden. */
  readonly hidden: boolean;
}

/** The one window and everything of the desktop around it. Made when Electron is ready. */
export class AppShell {
  readonly notes: Notes;
  readonly commands: CommandQueue;
  readonly #options: ShellOptions;
  readonly #engine: EngineSupervisor<MessagePortMain>;
  readonly #window: BrowserWindow;
  readonly #desk: Desk;
  readonly #tray: ShownTray | null;
  #activity: HostActivity = NO_ACTIVITY;
  #preferences: HostPreferences | null = null;
  #language: Language;
  #translate: ShellTranslate;
  #leaving = false;

  constructor(options: ShellOptions) {
    const { places, keeper } = options;
    this.#options = options;
    this.#language = pickLanguage(keeper.state.language, app.getPreferredSystemLanguages());
    this.#translate = createShellTranslate(this.#language);
    nativeTheme.themeSource = keeper.state.theme;
    this.#engine = new EngineSupervisor({
      fork: () => forkEngine(places.engineEntry),
      makeChannel: makeEngineChannel,
      onFailed: (failure) => this.commands.send({ kind: 'engine-failed', failure }),
    });
    this.#window = openWindow({
      state: keeper.state,
      preload: places.preload,
      icon: places.picture('icon.png'),
      hidden: options.hidden,
    });
    this.commands = new CommandQueue((command) => sendCommand(this.page, command));
    this.notes = new Notes({
      make: makeNativeNote,
      onPressed: (note, action) => this.#notePressed(note, action),
      onFailed: (note) => this.commands.send({ kind: 'note-failed', note }),
    });
    this.#desk = openDesk(this.#window, places.picture('overlay.png'));
    this.#tray = options.hasTray ? openTray(places.picture, (deed) => this.#do(deed)) : null;
    this.#watchWindow();
    this.#setMenu();
    this.#draw();
    this.#engine.start();
  }

  get page(): WebContents {
    return this.#window.webContents;
  }

  get window(): BrowserWindow {
    return this.#window;
  }

  get activity(): HostActivity {
    return this.#activity;
  }

  get translate(): ShellTranslate {
    return this.#translate;
  }

  show(): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** Files and folders that a person handed to Ferry from outside. */
  openPaths(paths: readonly string[]): void {
    this.show();
    if (paths.length > 0) this.commands.send({ kind: 'open-paths', paths });
  }

  /** A `ferry:` link that somebody pressed, anywhere; one that is not ours only shows the window. */
  openLink(text: string): void {
    this.show();
    const link = parseDeepLink(text);
    if (link !== null) this.commands.send({ kind: 'open-link', link });
  }

  requestEngine(): void {
    this.#engine.request(this.#passPort);
  }

  setActivity(activity: HostActivity): void {
    this.#activity = activity;
    this.#draw();
  }

  async setPreferences(preferences: HostPreferences): Promise<void> {
    const previous = this.#preferences;
    this.#preferences = preferences;
    const { theme, contrast, language, startAtLogin } = preferences;
    this.#options.keeper.change({ theme, contrast, language });
    nativeTheme.themeSource = theme;
    this.#window.setBackgroundColor(currentColour(preferences));
    this.#setLanguage(pickLanguage(language, app.getPreferredSystemLanguages()));
    this.#draw();
    if (previous?.startAtLogin === startAtLogin) return;
    const needsApproval = await setLoginItem(startAtLogin);
    if (needsApproval || previous !== null) this.commands.send({ kind: 'login-item', needsApproval });
  }

  /** Ends everything in order; resolves when nothing of it is left but the window. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.#remember();
    this.notes.dismissAll();
    this.#desk.close();
    this.#tray?.close();
    await this.#engine.stop();
    await this.#options.keeper.settled();
  }

  readonly #passPort = (port: MessagePortMain): void => sendEnginePort(this.page, port);

  #setLanguage(language: Language): void {
    if (language === this.#language) return;
    this.#language = language;
    this.#translate = createShellTranslate(language);
    this.#setMenu();
  }

  #setMenu(): void {
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(menuTemplate(process.platform, this.#translate, (id) => this.#run(id))),
    );
  }

  #draw(): void {
    const { deviceName: name = null, visibility = null } = this.#preferences ?? {};
    this.#tray?.show(toTray(this.#activity, { name, visibility }, this.#language, this.#translate));
    this.#desk.show(this.#activity, this.#translate('shell.requests', { count: this.#activity.requests }));
  }

  #run(id: CommandId): void {
    this.show();
    this.commands.send({ kind: 'command', id });
  }

  #do(deed: TrayDeed): void {
    if (deed.kind === 'open') this.show();
    else if (deed.kind === 'quit') app.quit();
    else if (deed.kind === 'set-visibility') this.commands.send(deed);
    else this.commands.send({ kind: 'command', id: deed.kind });
  }

  #notePressed(note: string, action: string | null): void {
    if (action === null) this.show();
    if (note !== CLOSED_NOTE) this.commands.send({ kind: 'note-pressed', note, action });
  }

  #remember(): void {
    if (this.#window.isDestroyed()) return;
    this.#options.keeper.change({
      bounds: this.#window.getNormalBounds(),
      maximized: this.#window.isMaximized(),
    });
  }

  #watchWindow(): void {
    const gone = (): void => {
      this.commands.pageGone();
      this.#engine.withdraw(this.#passPort);
    };
    this.page.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) gone();
    });
    this.page.on('render-process-gone', () => {
      gone();
      if (!this.#leaving) this.page.reload();
    });
    this.#window.on('close', (event) => {
      this.#remember();
      if (this.#leaving) return;
      event.preventDefault();
      this.#closeWindow();
    });
  }

  #closeWindow(): void {
    const { hasTray, keeper } = this.#options;
    const shell = { platform: process.platform, hasTray, told: keeper.state.toldClosing };
    const what = onWindowClosing(this.#activity, shell);
    if (what === 'quit') {
      app.quit();
      return;
    }
    this.#hide();
    if (what !== 'tell') return;
    keeper.change({ toldClosing: true });
    this.notes.show({
      id: CLOSED_NOTE,
      title: this.#translate('shell.closed.title'),
      body: this.#translate('shell.closed.body'),
      actions: [],
    });
  }

  #hide(): void {
    if (!this.#window.isFullScreen()) {
      this.#window.hide();
      return;
    }
    // hidden from full screen a Mac leaves a black one behind
    this.#window.once('leave-full-screen', () => this.#window.hide());
    this.#window.setFullScreen(false);
  }
}
