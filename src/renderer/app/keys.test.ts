import { expect, test } from 'vitest';
import { COMMANDS } from '../../shared/commands.ts';
import { isPressed, type PressedKey } from './keys.ts';

function pressed(key: string, held: Partial<PressedKey> = {}): PressedKey {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

test('CmdOrCtrl is Cmd on a Mac and Ctrl elsewhere', () => {
  expect(isPressed('CmdOrCtrl+K', pressed('k', { ctrlKey: true }), false)).toBe(true);
  expect(isPressed('CmdOrCtrl+K', pressed('k', { ctrlKey: true }), true)).toBe(false);
  expect(isPressed('CmdOrCtrl+K', pressed('k', { metaKey: true }), true)).toBe(true);
  expect(isPressed('CmdOrCtrl+K', pressed('k', { ctrlKey: true, metaKey: true }), false)).toBe(false);
});

test('what is held beside it counts', () => {
  expect(isPressed('CmdOrCtrl+O', pressed('O', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  expect(isPressed('CmdOrCtrl+Shift+O', pressed('O', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
  expect(isPressed('Alt+Up', pressed('ArrowUp', { altKey: true }), false)).toBe(true);
  expect(isPressed('CmdOrCtrl+,', pressed(',', { ctrlKey: true }), false)).toBe(true);
});

test('no two commands from anywhere share their keys, and none is a single letter', () => {
  const keys = COMMANDS.flatMap((command) => (command.reach === 'app' && command.keys ? [command.keys] : []));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter((each) => !each.includes('+'))).toEqual([]);
});
