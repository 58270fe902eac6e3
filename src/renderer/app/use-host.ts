import { useEffect } from 'react';
import type { HostCommand } from '../../shared/host-api.ts';
import { notePressed } from '../features/announce/notes.ts';
import { chooseDevicesFor } from '../features/drop/send-selection.ts';
import { type AppContext, useApp, useEngine } from '../store/app-context.ts';
import { obeyHost } from './host-commands.ts';
import { openLink } from './open-link.ts';
import { type PickToSend, runCommand } from './run-command.ts';

function obey(command: HostCommand, app: AppContext, pick: PickToSend): void {
  switch (command.kind) {
    case 'command':
      return runCommand(command.id, app, pick);
    case 'set-visibility': {
      const change = { visibility: command.visibility };
      // The tray shows what holds; a refusal leaves it as it was.
      app.engine.call('settings.update', { change }, new AbortController().signal).catch(() => undefined);
      return;
    }
    case 'open-paths':
      void chooseDevicesFor(app, { kind: 'paths', paths: command.paths });
      return;
    case 'open-link':
      return openLink(command.link);
    case 'note-pressed':
      return notePressed(app, command.note, command.action);
    // Told to everybody by listenToHost.
    case 'note-failed':
    case 'engine-failed':
    case 'login-item':
      return;
  }
}

/** Does what the shell asks (menus, tray, notifications), and tells it the settings that concern it. */
export function useHost(pick: PickToSend): void {
  const app = useApp();
  const { host } = app;
  const deviceName = useEngine((state) => state.device.name);
  const { theme, contrast, language, startAtLogin, visibility } = useEngine((state) => state.settings);
  useEffect(() => obeyHost((command) => obey(command, app, pick)), [app, pick]);
  useEffect(() => {
    host.setPreferences({ theme, contrast, language, startAtLogin, visibility, deviceName });
  }, [host, theme, contrast, language, startAtLogin, visibility, deviceName]);
}
