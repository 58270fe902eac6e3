import { readdir } from 'node:fs/promises';
import type { DeviceKind } from '../shared/device.ts';

const POWER_SUPPLIES = '/sys/class/power_supply';

/** What this machine looks like to others: only a picture in a list, so a guess is enough. */
export async function guessDeviceKind(
  env: NodeJS.ProcessEnv,
  platform = process.platform,
): Promise<DeviceKind> {
  if (platform !== 'linux') return 'desktop';
  const supplies = await readdir(POWER_SUPPLIES).catch(() => []);
  if (supplies.some((name) => name.startsWith('BAT'))) return 'laptop';
  const hasScreen = env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
  return hasScreen ? 'desktop' : 'server';
}
