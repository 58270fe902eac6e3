import { BrowserWindow, nativeTheme, type Rectangle, screen, session } from 'electron';
import { isGrantedPermission, isOwnAddress, START_ADDRESS } from './app-address.ts';
import { MIN_HEIGHT, MIN_WIDTH, openingBounds, type ShellState, windowColour } from './window-state.ts';

export interface WindowOptions {
  readonly state: ShellState;
  readonly preload: string;
  readonly icon: string;
  /** Left hidden: started at login. */
  readonly hidden: boolean;
}

/** Colour of the empty window under what holds now. */
export function currentColour(state: Pick<ShellState, 'theme' | 'contrast'>): string {
  return windowColour(state, {
    dark: nativeTheme.shouldUseDarkColors,
    moreContrast: nativeTheme.shouldUseHighContrastColors,
  });
}

/** Opens the one window. It is shown when it has something to show, in the colour of its page until then. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { primary, others } = displays();
  const window = new BrowserWindow({
    ...openingBounds(options.state.bounds, [primary, ...others]),
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'Ferry',
    icon: options.icon,
    backgroundColor: currentColour(options.state),
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  lock(window);
  window.once('ready-to-show', () => {
    if (options.hidden) return;
    if (options.state.maximized) window.maximize();
    window.show();
  });
  void window.loadURL(START_ADDRESS);
  return window;
}

function displays(): { primary: Rectangle; others: Rectangle[] } {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return { primary: primary.workArea, others: others.map(({ workArea }) => workArea) };
}

/** The window shows our page and nothing else, whatever the page is made to ask for. */
function lock(window: BrowserWindow): void {
  const contents = window.webContents;
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  const refuseForeign = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', refuseForeign);
  contents.on('will-redirect', refuseForeign);
  contents.on('will-frame-navigate', refuseForeign);
}

/** Permissions for every page of this app: notifications for ours, nothing else for anybody. */
export function denyPermissions(): void {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((contents, permission, answer) => {
    answer(isGrantedPermission(permission, contents.mainFrame.origin));
  });
  own.setPermissionCheckHandler((_contents, permission, origin) => isGrantedPermission(permission, origin));
  own.setDevicePermissionHandler(() => false);
}
