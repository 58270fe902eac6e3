import { dialog, nativeImage, type OpenDialogOptions, shell } from 'electron';
import type { HostAsked, HostTold } from '../shared/host-messages.ts';
import type { AppShell } from './app-shell.ts';
import { settingsAddress } from './settings-address.ts';

/** Does what the page tells. `dragPicture` is shown under the pointer while finished files are dragged out. */
export function doTold(app: AppShell, message: HostTold, dragPicture: string): void {
  switch (message.kind) {
    case 'ready':
      app.commands.pageReady();
      return;
    case 'request-engine':
      app.requestEngine();
      return;
    case 'show-in-folder':
      shell.showItemInFolder(message.path);
      return;
    case 'start-drag': {
      const [file] = message.paths;
      if (file === undefined) return;
      app.page.startDrag({ file, files: [...message.paths], icon: nativeImage.createFromPath(dragPicture) });
      return;
    }
    case 'notify':
      app.notes.show(message.note);
      return;
    case 'dismiss-note':
      app.notes.dismiss(message.id);
      return;
    case 'activity':
      app.setActivity(message.activity);
      return;
    case 'preferences':
      // a login item that cannot be written shows as off at the next start; nothing else depends on it
      app.setPreferences(message.preferences).catch(() => undefined);
      return;
    case 'open-settings': {
      const address = settingsAddress(message.pane, process.platform);
      if (address !== null) shell.openExternal(address).catch(() => undefined);
      return;
    }
  }
}

/** Asks a person what the page asks; null when they cancel. */
export async function answerAsked(app: AppShell, message: HostAsked): Promise<readonly string[] | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(app.window, dialogOptions(message));
  return canceled ? null : filePaths;
}

function dialogOptions(message: HostAsked): OpenDialogOptions {
  if (message.kind === 'pick-folder') {
    return {
      properties: ['openDirectory', 'createDirectory'],
      ...(message.startAt === null ? {} : { defaultPath: message.startAt }),
    };
  }
  const kind = message.what === 'files' ? 'openFile' : 'openDirectory';
  return { properties: [kind, 'multiSelections', 'showHiddenFiles'] };
}
