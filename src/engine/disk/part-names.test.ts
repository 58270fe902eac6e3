import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { type ByteName, fromText, isSafeName, toBytes } from '../wire/byte-name.ts';
import { anyName } from '../wire/testing/arbitraries.ts';
import { alternativeName, partName, partPrefix } from './part-names.ts';

const job = 'abcdef0123456789abcdef0123456789' as JobId;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function alternative(name: string, count = 2, isFolder = false): string {
  return toBytes(alternativeName(fromText(name), count, isFolder)).toString('utf8');
}

test('part names are hidden, told by their job, and never the same', () => {
  const names = Array.from({ length: 100 }, () => partName(job));
  expect(new Set(names).size).toBe(100);
  for (const name of names) expect(name).toMatch(/^\.ferry-abcdef012345-[0-9a-f]{12}\.part$/);
  expect(names[0]?.startsWith(partPrefix(job))).toBe(true);
});

test.each([
  ['photo.jpg', 'photo (2).jpg'],
  ['archive.tar.gz', 'archive.tar (2).gz'],
  ['README', 'README (2)'],
  ['.bashrc', '.bashrc (2)'],
  ['.config.json', '.config (2).json'],
  ['ends with.', 'ends with (2).'],
  ['caf\u{e9}.txt', 'caf\u{e9} (2).txt'],
])('%s becomes %s', (name, expected) => {
  expect(alternative(name)).toBe(expected);
});

test('a folder has no extension', () => {
  expect(alternative('v1.2', 3, true)).toBe('v1.2 (3)');
});

test('a name that is full is cut on a character, and keeps its extension', () => {
  expect(alternative(`${'n'.repeat(251)}.txt`)).toBe(`${'n'.repeat(247)} (2).txt`);
  // 85 characters of three bytes: 251 bytes are left of 255, which is inside the 84th.
  expect(alternative('\u{6f22}'.repeat(85))).toBe(`${'\u{6f22}'.repeat(83)} (2)`);
  expect(alternative('\u{1f6a2}'.repeat(63), 10)).toBe(`${'\u{1f6a2}'.repeat(62)} (10)`);
});

test('what follows a dot for ever is no extension', () => {
  expect(alternative(`a.${'x'.repeat(253)}`)).toBe(`a.${'x'.repeat(249)} (2)`);
});

test('any name has alternatives, all of them possible and different', () => {
  const counts = fc.uniqueArray(fc.integer({ min: 2, max: 10_000 }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(anyName, counts, fc.boolean(), (name, all, isFolder) => {
      const made = all.map((count) => alternativeName(name, count, isFolder));
      for (const each of made) expect(isSafeName(each)).toBe(true);
      expect(new Set([name, ...made]).size).toBe(made.length + 1);
    }),
  );
});

test('text stays text', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(text.map(fromText).filter(isSafeName), fc.boolean(), (name, isFolder) => {
      fc.pre(isUtf8(name));
      expect(isUtf8(alternativeName(name, 2, isFolder))).toBe(true);
    }),
  );
});

function isUtf8(name: ByteName): boolean {
  try {
    strictUtf8.decode(toBytes(name));
    return true;
  } catch {
    return false;
  }
}
