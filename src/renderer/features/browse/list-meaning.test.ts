import { expect, test } from 'vitest';
import { type ListKey, listMeaning } from './list-meaning.ts';

function press(key: string, held: Partial<ListKey> = {}): ListKey {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

test.each<[string, ListKey, string | null]>([
  ['Enter', press('Enter'), 'open'],
  ['Backspace', press('Backspace'), 'up'],
  ['Alt and up', press('ArrowUp', { altKey: true }), 'up'],
  ['F5', press('F5'), 'copy'],
  ['Ctrl and F5 belongs to the browser', press('F5', { ctrlKey: true }), null],
  ['Space', press(' '), 'toggle'],
  ['Ctrl and A', press('a', { ctrlKey: true }), 'all'],
  ['a letter', press('a'), 'type'],
  ['Ctrl and K is the palette', press('k', { ctrlKey: true }), null],
  ['Tab goes to the other list', press('Tab'), null],
  ['F6 goes to the next region', press('F6'), null],
])('%s', (_name, key, kind) => {
  expect(listMeaning(key, 10)?.kind ?? null).toBe(kind);
});

test.each<[ListKey, number, string]>([
  [press('ArrowDown'), 51, 'one'],
  [press('ArrowUp', { shiftKey: true }), 49, 'range'],
  [press('PageDown', { ctrlKey: true }), 60, 'keep'],
  [press('Home'), 0, 'one'],
  [press('End', { shiftKey: true }), 99, 'range'],
])('%o from row 50 of 100', (key, row, mode) => {
  const meaning = listMeaning(key, 10);
  if (meaning?.kind !== 'go') throw new Error('it does not go anywhere');
  expect(meaning.to(50, 100)).toBe(row);
  expect(meaning.mode).toBe(mode);
});
