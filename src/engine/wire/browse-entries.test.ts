import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BrowseEntry, decodeEntries, encodeEntries, toPlaceEntry } from './browse-entries.ts';
import type { ByteName } from './byte-name.ts';
import { readWay, wayBytes } from './way.ts';

const name = fc
  .string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 255,
  })
  .filter((text) => !text.includes('/') && text !== '.' && text !== '..')
  .map((text) => text as ByteName);
const entry: fc.Arbitrary<BrowseEntry> = fc.record({
  name,
  type: fc.constantFrom('file', 'folder', 'link', 'special'),
  bytes: fc.maxSafeNat(),
  mtimeMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
});

test('entries come back as they were', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 50 }), (entries) => {
      expect(decodeEntries(encodeEntries(entries), 50)).toEqual(entries.map(toPlaceEntry));
    }),
  );
});

test('what is no page of entries is refused, and more than was asked for too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        expect(decodeEntries(bytes, 10).length).toBeLessThanOrEqual(10);
      } catch (error) {
        expect(error).toMatchObject({ code: 'peer-misbehaved' });
      }
    }),
  );
  const two = encodeEntries(
    ['a', 'b'].map((one) => ({ name: one as ByteName, type: 'file', bytes: 0, mtimeMs: 0 })),
  );
  expect(() => decodeEntries(two, 1)).toThrow('more entries');
});

test('ways come back as they were, and no other way can be said', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 20 }), (way) => {
      expect(readWay(wayBytes(way))).toEqual(way);
    }),
  );
  for (const bad of ['/', 'a/', '/a', 'a//b', '..', 'a/../b', '.', 'a\0b']) {
    expect(() => readWay(Buffer.from(bad))).toThrow('not a plain path');
  }
});
