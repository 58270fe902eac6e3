import { expect, test } from 'vitest';
import { NO_ACTIVITY } from '../shared/host-api.ts';
import { mustStayAwake, toProgress } from './progress-model.ts';

const none = { value: -1, mode: 'none' };

test('nothing to do shows nothing', () => {
  expect(toProgress(NO_ACTIVITY, 'win32')).toEqual(none);
  expect(toProgress({ ...NO_ACTIVITY, fraction: 0.5 }, 'darwin')).toEqual(none);
});

test('what moves shows its part of the whole, in red where a job needs a person', () => {
  const moving = { ...NO_ACTIVITY, moving: 2, fraction: 0.25 };
  expect(toProgress(moving, 'linux')).toEqual({ value: 0.25, mode: 'normal' });
  expect(toProgress({ ...moving, error: true }, 'win32')).toEqual({ value: 0.25, mode: 'error' });
});

test('before the whole is known it only moves, and Linux, which cannot show that, shows nothing', () => {
  const unknown = { ...NO_ACTIVITY, moving: 1 };
  expect(toProgress(unknown, 'win32')).toEqual({ value: 2, mode: 'indeterminate' });
  expect(toProgress(unknown, 'linux')).toEqual(none);
});

test('what is paused keeps its place', () => {
  expect(toProgress({ ...NO_ACTIVITY, paused: 1, fraction: 0.5 }, 'win32')).toEqual({
    value: 0.5,
    mode: 'paused',
  });
});

test('a job that failed marks the Windows taskbar and no other', () => {
  expect(toProgress({ ...NO_ACTIVITY, error: true }, 'win32')).toEqual({ value: 1, mode: 'error' });
  expect(toProgress({ ...NO_ACTIVITY, error: true }, 'darwin')).toEqual(none);
});

test('only moving bytes keep the machine awake', () => {
  expect(mustStayAwake({ ...NO_ACTIVITY, moving: 1 })).toBe(true);
  expect(mustStayAwake({ ...NO_ACTIVITY, paused: 3, requests: 2 })).toBe(false);
});
