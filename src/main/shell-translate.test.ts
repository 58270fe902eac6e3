import { expect, test } from 'vitest';
import { SHELL_ENGLISH, SHELL_GERMAN } from '../shared/shell-text.ts';
import { pickLanguage } from './shell-language.ts';
import { createShellTranslate } from './shell-translate.ts';

test('phrases are filled in and counted in both languages', () => {
  const english = createShellTranslate('en');
  expect(english('shell.quitQuestion', { count: 2 })).toBe(
    '2 copies are running. They continue at the next start.',
  );
  expect(english('shell.quitQuestion', { count: 1 })).toBe(
    '1 copy is running. It continues at the next start.',
  );
  expect(createShellTranslate('de')('shell.tip', { name: '{{name}} $& Öl' })).toBe(
    'Ferry auf {{name}} $& Öl',
  );
});

test('both languages fill in the same places', () => {
  const places = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(SHELL_ENGLISH)) {
    expect(places(SHELL_GERMAN[key as keyof typeof SHELL_ENGLISH]), key).toEqual(places(text));
  }
});

test('the language is the chosen one, else the first of the system that is known', () => {
  expect(pickLanguage('de', ['en-GB'])).toBe('de');
  expect(pickLanguage('system', ['fr-FR', 'de-AT', 'en-US'])).toBe('de');
  expect(pickLanguage('system', ['fr-FR'])).toBe('en');
  expect(pickLanguage('system', [])).toBe('en');
});
