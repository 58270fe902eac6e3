/** Entry of the desktop app: puts the parts together. Everything that decides something lies in files of its own. */
import { join } from 'node:path';
import { app, dialog, powerMonitor, protocol } from 'electron';
import { DEEP_LINK_SCHEME } from '../shared/deep-link.ts';
import { APP_SCHEME } from './app-address.ts';
import { AppShell } from './app-shell.ts';
import { HIDDEN_ARGUMENT } from './autostart-file.ts';
import { listenToPage } from './ipc.ts';
import { copiesToAskAbout } from './leaving.ts';
import { linksOfArguments, pathsOfArguments, readSecondStart, type SecondStart } from './opened-paths.ts';
import { servePageFile } from './page-files.ts';
import { answerAsked, doTold } from './page-requests.ts';
import { appPlaces } from './places.ts';
import { StateKeeper } from './state-keeper.ts';
import { hasTray } from './tray-support.ts';
import { userDataFolder } from './user-data.ts';
import { denyPermissions } from './window.ts';

const places = appPlaces(import.meta.dirname);
const ownArguments = process.argv.slice(app.isPackaged ? 1 : 2);
const named: SecondStart = {
  paths: pathsOfArguments(ownArguments, process.cwd()),
  links: linksOfArguments(ownArguments),
};
/** Paths a Mac hands over before there is a window to show them. */
const early: string[] = [...named.paths];
const earlyLinks: string[] = [...named.links];
let shell: AppShell | null = null;
let stage: 'open' | 'asking' | 'leaving' | 'left' = 'open';

app.setPath('userData', userDataFolder(app.getPath('userData'), process.env['FERRY_HOME']));
if (app.requestSingleInstanceLock({ ...named })) begin();
else app.quit();

function begin(): void {
  app.enableSandbox();
  app.setAppUserModelId('app.ferry.desktop');
  if (process.platform === 'linux') app.setDesktopName('ferry.desktop');
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on('second-instance', (_event, _argv, _cwd, data) => openStart(readSecondStart(data)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openPaths([path]);
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    openLinks([link]);
  });
  app.on('activate', () => shell?.show());
  // the window is hidden, not closed; what ends the app is quitting
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (stage === 'left' || shell === null) return;
    event.preventDefault();
    void quit(shell);
  });
  app.whenReady().then(start).catch(fail);
}

function openStart({ paths, links }: SecondStart): void {
  openPaths(paths);
  openLinks(links);
}

function openLinks(links: readonly string[]): void {
  if (shell === null) earlyLinks.push(...links);
  else for (const link of links) shell.openLink(link);
}

function openPaths(paths: readonly string[]): void {
  if (shell === null) early.push(...paths);
  else shell.openPaths(paths);
}

async function start(): Promise<void> {
  protocol.handle(APP_SCHEME, (request) => servePageFile(request, places.page));
  denyPermissions();
  const keeper = await StateKeeper.open(join(app.getPath('userData'), 'shell.json'));
  const isAtLogin = ownArguments.includes(HIDDEN_ARGUMENT) || app.getLoginItemSettings().wasOpenedAtLogin;
  const withTray = await hasTray(process.platform);
  // hidden without a tray or a dock nobody would find it
  const hidden = isAtLogin && (withTray || process.platform === 'darwin');
  const made = new AppShell({ places, keeper, hasTray: withTray, hidden });
  shell = made;
  listenToPage({
    page: made.page,
    onTold: (message) => doTold(made, message, places.picture('drag.png')),
    onAsked: (message) => answerAsked(made, message),
  });
  powerMonitor.on('shutdown', () => void leave(made));
  if (early.length > 0) made.openPaths(early.splice(0));
  openLinks(earlyLinks.splice(0));
  // A checkout is not what other programs should start.
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
}

async function quit(made: AppShell): Promise<void> {
  if (stage !== 'open') return;
  stage = 'asking';
  const isAgreed = await agreesToQuit(made);
  stage = 'open';
  if (isAgreed) await leave(made);
}

async function agreesToQuit(made: AppShell): Promise<boolean> {
  const count = copiesToAskAbout(made.activity);
  if (count === 0) return true;
  const { translate } = made;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: translate('shell.quitQuestion', { count }),
    buttons: [translate('shell.keepRunning'), translate('shell.quitNow')],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

async function leave(made: AppShell): Promise<void> {
  if (stage === 'leaving' || stage === 'left') return;
  stage = 'leaving';
  await made.leave().catch(() => undefined);
  stage = 'left';
  app.quit();
}

function fail(error: unknown): void {
  dialog.showErrorBox('Ferry', error instanceof Error ? error.message : String(error));
  app.exit(1);
}
