/**
 * Everything a person can order by menu, palette or key, in one table: the native menus, the palette, the list of
 * shortcuts and the catalogue (`command.<id>`) are made from it.
 *
 * `reach` 'app': works from anywhere; the desktop's native menu owns the accelerator, so a page binds the key itself
 * only in a browser. 'focus': a key of the thing that has the focus; the page binds it in both hosts, and it stands
 * here to be listed.
 */
const TABLE = [
  { id: 'open-files', keys: 'CmdOrCtrl+O', menu: 'file', reach: 'app' },
  { id: 'open-folder', keys: 'CmdOrCtrl+Shift+O', menu: 'file', reach: 'app' },
  { id: 'paste', keys: 'CmdOrCtrl+V', menu: null, reach: 'focus' },
  { id: 'pair-device', keys: 'CmdOrCtrl+N', menu: 'file', reach: 'app' },
  { id: 'add-address', keys: 'CmdOrCtrl+L', menu: 'file', reach: 'app' },
  { id: 'settings', keys: 'CmdOrCtrl+,', menu: 'app', reach: 'app' },
  { id: 'palette', keys: 'CmdOrCtrl+K', menu: 'view', reach: 'app' },
  { id: 'find', keys: 'CmdOrCtrl+F', menu: 'edit', reach: 'app' },
  { id: 'show-transfers', keys: 'CmdOrCtrl+1', menu: 'view', reach: 'app' },
  { id: 'show-devices', keys: 'CmdOrCtrl+2', menu: 'view', reach: 'app' },
  { id: 'show-browse', keys: 'CmdOrCtrl+3', menu: 'view', reach: 'app' },
  { id: 'next-region', keys: 'F6', menu: null, reach: 'focus' },
  { id: 'pause-all', keys: null, menu: 'transfers', reach: 'app' },
  { id: 'resume-all', keys: null, menu: 'transfers', reach: 'app' },
  { id: 'gentle', keys: null, menu: 'transfers', reach: 'app' },
  { id: 'clear-finished', keys: null, menu: 'transfers', reach: 'app' },
  { id: 'open', keys: 'Enter', menu: null, reach: 'focus' },
  { id: 'pause', keys: 'Space', menu: null, reach: 'focus' },
  { id: 'select', keys: 'Ctrl+Space', menu: null, reach: 'focus' },
  { id: 'move-up', keys: 'Alt+Up', menu: null, reach: 'focus' },
  { id: 'move-down', keys: 'Alt+Down', menu: null, reach: 'focus' },
  { id: 'remove', keys: 'Delete', menu: null, reach: 'focus' },
  { id: 'rename', keys: 'F2', menu: null, reach: 'focus' },
  { id: 'copy-across', keys: 'F5', menu: null, reach: 'focus' },
  { id: 'folder-up', keys: 'Backspace', menu: null, reach: 'focus' },
  { id: 'new-folder', keys: 'F7', menu: null, reach: 'focus' },
  { id: 'cannot-see', keys: null, menu: 'help', reach: 'app' },
  { id: 'report', keys: null, menu: 'help', reach: 'app' },
  { id: 'shortcuts', keys: 'CmdOrCtrl+/', menu: 'help', reach: 'app' },
] as const satisfies readonly {
  readonly id: string;
  readonly keys: string | null;
  readonly menu: MenuName | null;
  readonly reach: 'app' | 'focus';
}[];

/** Where a native menu bar has it. */
export type MenuName = 'app' | 'file' | 'edit' | 'view' | 'transfers' | 'help';

export type CommandId = (typeof TABLE)[number]['id'];

export interface Command {
  readonly id: CommandId;
  /** As Electron writes accelerators; null has none. `CmdOrCtrl` is Cmd on a Mac, Ctrl elsewhere. */
  readonly keys: string | null;
  readonly menu: MenuName | null;
  readonly reach: 'app' | 'focus';
}

export const COMMANDS: readonly Command[] = TABLE;

/** Key of a command's label in the catalogue. */
export function commandLabelKey(id: CommandId): `command.${CommandId}` {
  return `command.${id}`;
}
