import { expect, test } from 'vitest';
import { NO_ACTIVITY } from '../shared/host-api.ts';
import { createShellTranslate } from './shell-translate.ts';
import { type TrayItem, toTray } from './tray-model.ts';

const english = createShellTranslate('en');
const device = { name: 'Calm Otter', visibility: 'paired' } as const;

const labels = (items: readonly TrayItem[]): string[] =>
  items.map((item) => (item.kind === 'line' ? '-' : item.label));

test('at rest it is an outline, and offers what can be done', () => {
  const { picture, tip, items } = toTray(NO_ACTIVITY, device, 'en', english);
  expect(picture).toBe('idle');
  expect(tip).toBe('Ferry on Calm Otter');
  expect(labels(items)).toEqual([
    'Nothing is being copied',
    '-',
    'Visible to',
    '-',
    'Open Ferry',
    'Quit Ferry',
  ]);
});

test('while something moves it is filled and says how fast', () => {
  const activity = { ...NO_ACTIVITY, moving: 1, bytesPerSecond: 567_000_000, fraction: 0.999 };
  const { picture, items } = toTray(activity, device, 'en', english);
  expect(picture).toBe('moving');
  expect(labels(items).slice(0, 3)).toEqual(['567 MB/s · 99 %', '-', 'Pause all']);
});

test('what waits and what is paused have their entries', () => {
  const { items } = toTray({ ...NO_ACTIVITY, requests: 2, paused: 1 }, device, 'en', english);
  expect(labels(items)).toContain('2 requests wait for you');
  expect(labels(items)).toContain('Resume all');
  expect(labels(items)).not.toContain('Pause all');
});

test('who sees this device is marked, and a choice says which', () => {
  const { items } = toTray(NO_ACTIVITY, device, 'de', createShellTranslate('de'));
  const choice = items.find((item) => item.kind === 'choice');
  expect(choice?.items.map(({ label, chosen }) => [label, chosen])).toEqual([
    ['Alle in diesem Netz', false],
    ['Gekoppelte Geräte', true],
    ['Niemanden', false],
  ]);
  expect(choice?.items[2]?.deed).toEqual({ kind: 'set-visibility', visibility: 'off' });
});

test('before the engine has spoken nothing is made up', () => {
  const { tip, items } = toTray(NO_ACTIVITY, { name: null, visibility: null }, 'en', english);
  expect(tip).toBe('Ferry');
  expect(items.some(({ kind }) => kind === 'choice')).toBe(false);
});
