import type { HostPlatform } from '../../shared/host-api.ts';

/** Whether the keyboard has a Cmd key; in a browser as far as it tells. */
export function isMac(platform: HostPlatform): boolean {
  return platform === 'mac' || (platform === 'web' && /Mac|iPhone|iPad/.test(navigator.userAgent));
}
