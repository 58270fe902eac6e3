import { expect, test } from 'vitest';
import { APP_ORIGIN, isGrantedPermission, isOwnAddress, isOwnFrame, START_ADDRESS } from './app-address.ts';

test('the window goes to its own pages only', () => {
  expect(isOwnAddress(START_ADDRESS)).toBe(true);
  for (const foreign of [
    'https://ferry/index.html',
    'app://ferry.evil.example/index.html',
    'app://evil/index.html',
    'app://me@ferry/index.html',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'about:blank',
    'not an address',
    '',
  ]) {
    expect(isOwnAddress(foreign), foreign).toBe(false);
  }
});

test('only the main frame of our page is listened to', () => {
  expect(isOwnFrame({ origin: APP_ORIGIN, parent: null })).toBe(true);
  expect(isOwnFrame({ origin: APP_ORIGIN, parent: {} })).toBe(false);
  expect(isOwnFrame({ origin: 'https://evil.example', parent: null })).toBe(false);
  expect(isOwnFrame({ origin: 'null', parent: null })).toBe(false);
  expect(isOwnFrame(null)).toBe(false);
});

test('our page may notify, and nobody may do anything else', () => {
  expect(isGrantedPermission('notifications', APP_ORIGIN)).toBe(true);
  expect(isGrantedPermission('notifications', 'https://evil.example')).toBe(false);
  for (const permission of ['media', 'geolocation', 'openExternal', 'fileSystem', 'clipboard-read', 'hid']) {
    expect(isGrantedPermission(permission, APP_ORIGIN), permission).toBe(false);
  }
});
