import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { app } from 'electron';
import { autostartPath, autostartText, HIDDEN_ARGUMENT } from './autostart-file.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * Makes Ferry start with the person's session, or no longer. Resolves with whether macOS wants that approved by hand.
 * Does nothing from a checkout: what would be started is Electron itself. Throws what the file system throws.
 */
export async function setLoginItem(wanted: boolean): Promise<boolean> {
  if (!app.isPackaged) return false;
  if (process.platform === 'linux') {
    await setAutostart(wanted);
    return false;
  }
  const args = process.platform === 'win32' ? { args: [HIDDEN_ARGUMENT] } : {};
  if (app.getLoginItemSettings(args).openAtLogin !== wanted) {
    app.setLoginItemSettings({ openAtLogin: wanted, ...args });
  }
  return process.platform === 'darwin' && app.getLoginItemSettings().status === 'requires-approval';
}

async function setAutostart(wanted: boolean): Promise<void> {
  const path = autostartPath(process.env, homedir());
  if (!wanted) {
    await rm(path, { force: true });
    return;
  }
  // an AppImage runs from a mount that is gone afterwards
  const text = autostartText(process.env['APPIMAGE'] ?? process.execPath);
  const current = await readFile(path, 'utf8').catch(() => null);
  if (current !== text) await writeWholeFile(path, text);
}
