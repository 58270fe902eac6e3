import type { Visibility } from '../shared/device.ts';
import { formatRate } from '../shared/format.ts';
import type { HostActivity } from '../shared/host-api.ts';
import type { Language } from './shell-language.ts';
import type { ShellTranslate } from './shell-translate.ts';

/** What an entry of the tray's menu does. */
export type TrayDeed =
  | { readonly kind: 'open' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'pause-all' }
  | { readonly kind: 'resume-all' }
  | { readonly kind: 'set-visibility'; readonly visibility: Visibility };

export type TrayItem =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'line' }
  | { readonly kind: 'deed'; readonly label: string; readonly deed: TrayDeed }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly items: readonly {
        readonly label: string;
        readonly chosen: boolean;
        readonly deed: TrayDeed;
      }[];
    };

/** Everything the tray shows; comparing two as JSON tells whether it must be drawn anew. */
export interface TrayModel {
  readonly picture: 'idle' | 'moving';
  readonly tip: string;
  readonly items: readonly TrayItem[];
}

const VISIBILITIES: readonly Visibility[] = ['everyone', 'paired', 'off'];

/** The tray for what goes on now. `visibility` null: not known yet. */
export function toTray(
  activity: HostActivity,
  device: { readonly name: string | null; readonly visibility: Visibility | null },
  language: Language,
  translate: ShellTranslate,
): TrayModel {
  const speed = speedLine(activity, language, translate);
  const requests: readonly TrayItem[] =
    activity.requests > 0
      ? [
          {
            kind: 'deed',
            label: translate('shell.requests', { count: activity.requests }),
            deed: { kind: 'open' },
          },
        ]
      : [];
  const name = device.name === null ? 'Ferry' : translate('shell.tip', { name: device.name });
  return {
    picture: activity.moving > 0 ? 'moving' : 'idle',
    tip: activity.moving > 0 ? `${name} · ${speed}` : name,
    items: [
      { kind: 'text', label: speed },
      ...requests,
      { kind: 'line' },
      ...pauseItems(activity, translate),
      ...visibilityItems(device.visibility, translate),
      { kind: 'line' },
      { kind: 'deed', label: translate('shell.open'), deed: { kind: 'open' } },
      { kind: 'deed', label: translate('shell.quit'), deed: { kind: 'quit' } },
    ],
  };
}

function speedLine(activity: HostActivity, language: Language, translate: ShellTranslate): string {
  if (activity.moving === 0) return translate('shell.idle');
  const speed = formatRate(activity.bytesPerSecond, language);
  if (activity.fraction === null) return translate('shell.moving', { speed });
  // 100 only when done, and then it moves no more
  const percent = Math.min(99, Math.floor(Math.max(0, activity.fraction) * 100));
  return translate('shell.movingPercent', { speed, percent });
}

function pauseItems(activity: HostActivity, translate: ShellTranslate): readonly TrayItem[] {
  const items: TrayItem[] = [];
  if (activity.moving > 0) {
    items.push({ kind: 'deed', label: translate('command.pause-all'), deed: { kind: 'pause-all' } });
  }
  if (activity.paused > 0) {
    items.push({ kind: 'deed', label: translate('command.resume-all'), deed: { kind: 'resume-all' } });
  }
  return items;
}

function visibilityItems(current: Visibility | null, translate: ShellTranslate): readonly TrayItem[] {
  if (current === null) return [];
  const items = VISIBILITIES.map((visibility) => ({
    label: translate(`shell.visible.${visibility}`),
    chosen: visibility === current,
    deed: { kind: 'set-visibility', visibility } as const,
  }));
  return [{ kind: 'choice', label: translate('shell.visibleTo'), items }];
}
