import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathText } from './path-text.ts';

it('leaves plain names and escapes the rest', () => {
  expect(pathText(Buffer.from('/a/grün 🎉\\x'))).toBe('/a/grün 🎉\\x');
  expect(pathText(Buffer.from([0x2f, 0x61, 0xff]))).toBe('/a\\xff');
  expect(pathText(Buffer.from('a\nb\\'))).toBe('a\\x0ab\\x5c');
  expect(pathText(Buffer.from('\u202egnp.exe'))).toBe('\\xe2\\x80\\xaegnp.exe');
});

it('never holds a control character', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(pathText(bytes)).not.toMatch(/\p{Cc}/u);
    }),
  );
});
