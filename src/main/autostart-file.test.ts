import { expect, test } from 'vitest';
import { autostartPath, autostartText, execArgument } from './autostart-file.ts';

test('it lies where the desktop looks, a relative setting is not believed', () => {
  expect(autostartPath({}, '/h')).toBe('/h/.config/autostart/ferry.desktop');
  expect(autostartPath({ XDG_CONFIG_HOME: '/c' }, '/h')).toBe('/c/autostart/ferry.desktop');
  expect(autostartPath({ XDG_CONFIG_HOME: 'c' }, '/h')).toBe('/h/.config/autostart/ferry.desktop');
});

test('the program is started hidden', () => {
  expect(autostartText('/opt/Ferry/ferry')).toContain('\nExec="/opt/Ferry/ferry" "--hidden"\n');
});

test('odd paths are quoted for both layers of the entry', () => {
  expect(execArgument('/a b/c')).toBe('"/a b/c"');
  expect(execArgument('/100%/x')).toBe('"/100%%/x"');
  expect(execArgument('/a"b')).toBe('"/a\\\\"b"');
  expect(execArgument('/$x`y\\z')).toBe('"/\\\\$x\\\\`y\\\\\\\\z"');
  expect(execArgument('a\nExec=evil')).not.toContain('\n');
});
