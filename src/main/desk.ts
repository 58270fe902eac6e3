import { app, type BrowserWindow, nativeImage, powerSaveBlocker } from 'electron';
import type { HostActivity } from '../shared/host-api.ts';
import { mustStayAwake, toProgress } from './progress-model.ts';

/** Dock, taskbar, badge and sleep: all that the desktop shows of the work beside tray and window. */
export interface Desk {
  show(activity: HostActivity, requestsText: string): void;
  close(): void;
}

/** Shows the work on the desktop until closed. `dotPath` is the picture that marks the taskbar on Windows. */
export function openDesk(window: BrowserWindow, dotPath: string): Desk {
  const dot = nativeImage.createFromPath(dotPath);
  let blocker: number | null = null;
  let requests = 0;
  const stayAwake = (wanted: boolean): void => {
    if (wanted && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  return {
    show(activity, requestsText) {
      const { value, mode } = toProgress(activity, process.platform);
      window.setProgressBar(value, { mode });
      stayAwake(mustStayAwake(activity));
      if (activity.requests === requests) return;
      requests = activity.requests;
      app.setBadgeCount(requests);
      if (process.platform === 'win32') window.setOverlayIcon(requests > 0 ? dot : null, requestsText);
    },
    close() {
      stayAwake(false);
      if (!window.isDestroyed()) window.setProgressBar(-1);
      app.setBadgeCount(0);
    },
  };
}
