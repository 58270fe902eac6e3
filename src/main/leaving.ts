import type { HostActivity } from '../shared/host-api.ts';

/** What closing the window does: `hide` keeps everything running, `tell` too and says so. */
export type ClosingWindow = 'hide' | 'tell' | 'quit';

/**
 * What to do when the window is closed. Where nothing would be left to reach Ferry by (Linux without a tray),
 * closing it quits. `told`: it has been said before that copying goes on.
 */
export function onWindowClosing(
  activity: HostActivity,
  shell: { readonly platform: NodeJS.Platform; readonly hasTray: boolean; readonly told: boolean },
): ClosingWindow {
  if (!shell.hasTray && shell.platform !== 'darwin') return 'quit';
  return activity.moving > 0 && !shell.told ? 'tell' : 'hide';
}

/** How many copies a person who quits is asked about; 0 quits at once. */
export function copiesToAskAbout(activity: HostActivity): number {
  return activity.moving;
}
