import type { MenuItemConstructorOptions } from 'electron';
import { COMMANDS, type CommandId, commandLabelKey, type MenuName } from '../shared/commands.ts';
import type { ShellTranslate } from './shell-translate.ts';

type Item = MenuItemConstructorOptions;

const LINE: Item = { type: 'separator' };

/**
 * The native menu bar, made from the table of commands. Editing, window and system entries are roles: the system
 * names them and they work in text fields. `run` is told which command was chosen.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  translate: ShellTranslate,
  run: (command: CommandId) => void,
): Item[] {
  const isMac = platform === 'darwin';
  const commands = (menu: MenuName): Item[] =>
    COMMANDS.filter((one) => one.menu === menu).map(({ id, keys }) => ({
      id,
      label: translate(commandLabelKey(id)),
      ...(keys === null ? {} : { accelerator: keys }),
      click: () => run(id),
    }));
  const bar: Item[] = [
    {
      label: translate('shell.menu.file'),
      submenu: isMac
        ? [...commands('file'), LINE, { role: 'close' }]
        : [
            ...commands('file'),
            LINE,
            ...commands('app'),
            LINE,
            { role: 'quit', label: translate('shell.quit') },
          ],
    },
    { label: translate('shell.menu.edit'), submenu: [...EDITING, LINE, ...commands('edit')] },
    { label: translate('shell.menu.view'), submenu: [...commands('view'), LINE, ...VIEWING] },
    { label: translate('shell.menu.transfers'), submenu: commands('transfers') },
    ...(isMac ? [{ label: translate('shell.menu.window'), role: 'windowMenu' } as const] : []),
    { label: translate('shell.menu.help'), role: 'help', submenu: commands('help') },
  ];
  return isMac ? [applicationMenu(commands('app')), ...bar] : bar;
}

const EDITING: Item[] = [
  { role: 'undo' },
  { role: 'redo' },
  LINE,
  { role: 'cut' },
  { role: 'copy' },
  { role: 'paste' },
  { role: 'selectAll' },
];

const VIEWING: Item[] = [
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  LINE,
  { role: 'togglefullscreen' },
];

function applicationMenu(commands: Item[]): Item {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      LINE,
      ...commands,
      LINE,
      { role: 'services' },
      LINE,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      LINE,
      { role: 'quit' },
    ],
  };
}
