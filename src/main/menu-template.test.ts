import { expect, test } from 'vitest';
import { COMMANDS, commandLabelKey } from '../shared/commands.ts';
import { menuTemplate } from './menu-template.ts';
import { createShellTranslate } from './shell-translate.ts';

const english = createShellTranslate('en');
type Item = ReturnType<typeof menuTemplate>[number];

const flat = (items: readonly Item[]): Item[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);

test.each(['darwin', 'win32', 'linux'] as const)(
  'on %s every command that a menu has is there once',
  (platform) => {
    const items = flat(menuTemplate(platform, english, () => undefined));
    for (const { id, keys, menu } of COMMANDS) {
      const own = items.filter((item) => item.id === id);
      expect(own, id).toHaveLength(menu === null ? 0 : 1);
      for (const item of own) expect(item.accelerator ?? null, id).toBe(keys);
    }
  },
);

test('no two commands that work from anywhere share a key', () => {
  const keys = COMMANDS.filter(({ reach }) => reach === 'app').flatMap((one) => one.keys ?? []);
  expect(new Set(keys).size).toBe(keys.length);
});

test('every command has a label in the catalogue', () => {
  for (const { id } of COMMANDS) expect(english(commandLabelKey(id)), id).not.toContain('command.');
});

test('an entry tells which command it is', () => {
  const run: string[] = [];
  const items = flat(menuTemplate('linux', english, (id) => run.push(id)));
  const click = items.find(({ id }) => id === 'open-files')?.click as (() => void) | undefined;
  click?.();
  expect(run).toEqual(['open-files']);
});

test('a Mac has its application menu, other systems quit from the first one', () => {
  expect(menuTemplate('darwin', english, () => undefined)[0]?.role).toBe('appMenu');
  const [file] = menuTemplate('win32', english, () => undefined);
  expect(flat(file === undefined ? [] : [file]).some(({ role }) => role === 'quit')).toBe(true);
});
