import type { CopyOptions } from '../../shared/copy-options.ts';
import type { SettingsView } from '../../shared/settings.ts';

/** Options of an order; where it leaves something open, the settings of the moment count. */
export function withSettings(options: CopyOptions, settings: SettingsView): CopyOptions {
  return {
    ...options,
    limitBytesPerSecond: options.limitBytesPerSecond ?? settings.limitBytesPerSecond,
    streams: options.streams === 'auto' ? settings.streams : options.streams,
  };
}
