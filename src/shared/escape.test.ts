import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeText, toJsonLine } from './escape.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0x3ff })).map((codes) => String.fromCharCode(...codes)),
  fc.array(fc.integer({ min: 0x2000, max: 0x20ff })).map((codes) => String.fromCharCode(...codes)),
  fc.array(fc.integer({ min: 0xd800, max: 0xe0ff })).map((codes) => String.fromCharCode(...codes)),
);

function unsafeCodes(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0).filter(
    (code) =>
      code < 0x20 ||
      (code >= 0x7f && code < 0xa0) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069) ||
      code === 0x61c ||
      code === 0x200e ||
      code === 0x200f ||
      (code >= 0xd800 && code <= 0xdfff),
  );
}

test('escaped text holds no control, bidi or half character, whatever goes in', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(unsafeCodes(escapeText(text))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('escaping twice changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(escapeText(escapeText(text))).toBe(escapeText(text));
    }),
  );
});

test('ordinary names stay as they are', () => {
  for (const name of ['Ünïcode ☃.txt', 'a\\b', '👩‍👩‍👧', 'नमस्ते', 'שלום', '.hidden']) {
    expect(escapeText(name)).toBe(name);
  }
});

test('escapes are readable', () => {
  expect(escapeText('a\nb\rc\x1b[2J\x9bx\u202egpj')).toBe('a\\nb\\rc\\x1b[2J\\x9bx\\u{202e}gpj');
});

test('a JSON line parses to the same value and is safe on a terminal', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const line = toJsonLine({ text });
      expect(unsafeCodes(line)).toEqual([]);
      expect(JSON.parse(line)).toEqual({ text });
    }),
    { numRuns: 2000 },
  );
});
