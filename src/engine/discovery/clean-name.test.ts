import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanName } from './clean-name.ts';

it.each([
  ['  quiet \t\n harbour ', 'quiet harbour'],
  ['a\u001b[31mred\u0007', 'a[31mred'],
  ['evil\u202eexe.gpj', 'evilexe.gpj'],
  ['zero\u200bwidth\ufeff', 'zerowidth'],
  ['e\u0301', '\u00e9'],
  ['half \ud800', 'half'],
  ['<img onerror=x>', '<img onerror=x>'],
])('cleans %j', (text, clean) => {
  expect(cleanName(text)).toBe(clean);
});

it('is null when nothing is left', () => {
  expect(cleanName(' \u0000\u202e ')).toBeNull();
});

it('is bounded, and cleaning twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const name = cleanName(text, 100);
      if (name === null) return;
      expect(Array.from(name).length).toBeLessThanOrEqual(64);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100);
      expect(cleanName(name, 100)).toBe(name);
    }),
  );
});
