import { expect, test } from 'vitest';
import { NO_ACTIVITY } from '../shared/host-api.ts';
import { isLocalPath, readAsked, readTold } from './host-requests.ts';

test('what a page says is understood', () => {
  expect(readTold({ kind: 'ready' })).toEqual({ kind: 'ready' });
  const activity = { kind: 'activity', activity: { ...NO_ACTIVITY, moving: 1, fraction: 0.5 } };
  expect(readTold(activity)).toEqual(activity);
  expect(readTold({ kind: 'start-drag', paths: ['/a/b', '/c'] })).not.toBeNull();
  expect(readAsked({ kind: 'pick-folder', startAt: null })).toEqual({ kind: 'pick-folder', startAt: null });
});

test('anything else is nothing', () => {
  for (const odd of [
    null,
    'ready',
    { kind: 'exec', command: 'x' },
    { kind: 'ready', more: 1 },
    { kind: 'show-in-folder', path: 'relative' },
    { kind: 'show-in-folder', path: '/a/../b' },
    { kind: 'show-in-folder', path: '//server/share' },
    { kind: 'start-drag', paths: [] },
    { kind: 'start-drag', paths: Array.from({ length: 1001 }, () => '/a') },
    { kind: 'open-settings', pane: 'https://evil.example' },
    { kind: 'activity', activity: { ...NO_ACTIVITY, fraction: 2 } },
    { kind: 'activity', activity: { ...NO_ACTIVITY, bytesPerSecond: Number.NaN } },
    { kind: 'notify', note: { id: 'x'.repeat(101), title: '', body: '', actions: [] } },
  ]) {
    expect(readTold(odd), JSON.stringify(odd)).toBeNull();
  }
  expect(readAsked({ kind: 'pick-files', what: 'everything' })).toBeNull();
  expect(readAsked({ kind: 'pick-folder', startAt: '\\\\server\\share' })).toBeNull();
});

test('only plain absolute paths of this machine are handed to the system', () => {
  expect(isLocalPath('/home/a b/ö.txt')).toBe(true);
  for (const path of ['', 'a', './a', '/a/./b', '/a\0b', '//server/x', '\\\\server\\x', '/\\server\\x']) {
    expect(isLocalPath(path), path).toBe(false);
  }
});
