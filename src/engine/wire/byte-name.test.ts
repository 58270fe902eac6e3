import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPeerName, fromBytes, fromText, isSafeName, showPath, toBytes } from './byte-name.ts';
import { anyPath } from './testing/arbitraries.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });

test('bytes survive being a name, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(toBytes(fromBytes(bytes))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('a view into a larger buffer becomes a name of its own bytes only', () => {
  const whole = Buffer.from('before|name|after');
  expect(fromBytes(whole.subarray(7, 11))).toBe('name');
});

test('names sort by their bytes', () => {
  const byBytes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 8 }), { maxLength: 20 });
  fc.assert(
    fc.property(byBytes, (all) => {
      const sorted = all.map((bytes) => fromBytes(bytes)).sort();
      expect(sorted).toEqual([...all].sort(Buffer.compare).map((bytes) => fromBytes(bytes)));
    }),
  );
});

test.each(['', '.', '..', '/', 'a/b', '/a', 'a/', '\0', 'a\0b', 'n'.repeat(256)])(
  'a peer may not send the name %j',
  (name) => {
    expect(isSafeName(name)).toBe(false);
    expect(() => checkPeerName(name)).toThrow(MISBEHAVED);
  },
);

test.each(['...', '..a', 'a..', '.a', ' ', '\n', '\\', '*', '\xff', '-', 'n'.repeat(255)])(
  'a peer may send the name %j',
  (name) => {
    expect(checkPeerName(name)).toBe(name);
  },
);

test('a shown path is the text, or the exact bytes beside it', () => {
  expect(showPath([fromText('caf\u{e9}'), fromText('\u{1f6a2}')])).toEqual({ path: 'caf\u{e9}/\u{1f6a2}' });
  expect(showPath([fromText('\u{feff}bom')])).toEqual({ path: '\u{feff}bom' });
  const stray = showPath([fromText('a'), fromBytes(Buffer.from([0x62, 0xff, 0xc3]))]);
  expect(stray).toEqual({
    path: 'a/b\\xff\\xc3',
    pathBase64: Buffer.from('a/b\xff\xc3', 'latin1').toString('base64'),
  });
  fc.assert(
    fc.property(anyPath, (path) => {
      const shown = showPath(path);
      const exact =
        shown.pathBase64 === undefined
          ? Buffer.from(shown.path, 'utf8')
          : Buffer.from(shown.pathBase64, 'base64');
      expect(exact.toString('latin1')).toBe(path.join('/'));
    }),
  );
});
