import { expect, test } from 'vitest';
import { NO_ACTIVITY } from '../shared/host-api.ts';
import { copiesToAskAbout, onWindowClosing } from './leaving.ts';

const busy = { ...NO_ACTIVITY, moving: 2 };
const linux = { platform: 'linux', hasTray: true, told: false } as const;

test('closing the window keeps copying, and says so once', () => {
  expect(onWindowClosing(busy, linux)).toBe('tell');
  expect(onWindowClosing(busy, { ...linux, told: true })).toBe('hide');
  expect(onWindowClosing(NO_ACTIVITY, linux)).toBe('hide');
});

test('where no tray would be left, closing quits; a Mac has its dock', () => {
  expect(onWindowClosing(NO_ACTIVITY, { ...linux, hasTray: false })).toBe('quit');
  expect(onWindowClosing(busy, { ...linux, hasTray: false })).toBe('quit');
  expect(onWindowClosing(busy, { platform: 'darwin', hasTray: false, told: true })).toBe('hide');
});

test('quitting asks about what moves, not about what waits', () => {
  expect(copiesToAskAbout(busy)).toBe(2);
  expect(copiesToAskAbout({ ...NO_ACTIVITY, paused: 4, requests: 1 })).toBe(0);
});
