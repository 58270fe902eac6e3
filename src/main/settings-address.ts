import type { SettingsPane } from '../shared/host-api.ts';

const MAC: Readonly<Record<SettingsPane, string>> = {
  'local-network': 'x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork',
  notifications: 'x-apple.systempreferences:com.apple.Notifications-Settings.extension',
  'login-items': 'x-apple.systempreferences:com.apple.LoginItems-Settings.extension',
  firewall: 'x-apple.systempreferences:com.apple.Network-Settings.extension?Firewall',
};

const WINDOWS: Readonly<Record<SettingsPane, string>> = {
  'local-network': 'ms-settings:network-status',
  notifications: 'ms-settings:notifications',
  'login-items': 'ms-settings:startupapps',
  firewall: 'windowsdefender://network/',
};

/** Address that opens a pane of the system's settings; null where there is none. The only addresses ever opened. */
export function settingsAddress(pane: SettingsPane, platform: NodeJS.Platform): string | null {
  if (platform === 'darwin') return MAC[pane];
  return platform === 'win32' ? WINDOWS[pane] : null;
}
