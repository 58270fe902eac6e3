import type { HostActivity } from '../shared/host-api.ts';

/** What dock and taskbar show, in the words of `BrowserWindow.setProgressBar`. */
export interface ProgressModel {
  /** 0 to 1; below 0 nothing is shown, above 1 it only says that something moves. */
  readonly value: number;
  readonly mode: 'none' | 'normal' | 'indeterminate' | 'paused' | 'error';
}

const NOTHING: ProgressModel = { value: -1, mode: 'none' };
const UNKNOWN: ProgressModel = { value: 2, mode: 'indeterminate' };

/** Progress of all copies together. Linux cannot show "somehow", so there it shows nothing until it is known. */
export function toProgress(activity: HostActivity, platform: NodeJS.Platform): ProgressModel {
  const { moving, paused, error, fraction } = activity;
  if (moving === 0 && (paused === 0 || fraction === null)) {
    // a full red bar; only Windows has one, elsewhere it would look like a copy that ended well
    return error && platform === 'win32' ? { value: 1, mode: 'error' } : NOTHING;
  }
  if (fraction === null) return platform === 'linux' ? NOTHING : UNKNOWN;
  const value = Math.min(1, Math.max(0, fraction));
  if (moving === 0) return { value, mode: 'paused' };
  return { value, mode: error ? 'error' : 'normal' };
}

/** Whether the machine must stay awake: only while bytes move. The display may sleep. */
export function mustStayAwake(activity: HostActivity): boolean {
  return activity.moving > 0;
}
