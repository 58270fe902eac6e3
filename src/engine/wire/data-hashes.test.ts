import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromText } from './byte-name.ts';
import { decodeHashes, decodeWantHashes, encodeHashes } from './data-hashes.ts';
import { encodeGroups } from './data-wants.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('hashes come back as they were, and any other number of them is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.option(hash), { maxLength: 40 }), (hashes) => {
      const bytes = encodeHashes(hashes);
      const back = decodeHashes(bytes, hashes.length).map((one) => one && new Uint8Array(one));
      expect(back).toEqual(hashes);
      expect(() => decodeHashes(bytes, hashes.length + 1)).toThrow(MISBEHAVED);
      if (hashes.length > 0) expect(() => decodeHashes(bytes, hashes.length - 1)).toThrow(MISBEHAVED);
    }),
  );
});

test('whatever bytes come, they are hashes or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5), (bytes, count) => {
      try {
        expect(decodeHashes(bytes, count)).toHaveLength(count);
      } catch (error) {
        expect(error).toMatchObject({ code: 'peer-misbehaved' });
      }
    }),
  );
});

test('files of any size may be asked about, but no more than a run has and not none', () => {
  const version = { size: 2 ** 45, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
  const group = (count: number) => ({
    folder: [fromText('a')],
    files: Array.from({ length: count }, (_, index) => ({ name: fromText(`${index}`), version })),
  });
  expect(decodeWantHashes(encodeGroups([group(1024)]))).toEqual([group(1024)]);
  expect(() => decodeWantHashes(encodeGroups([group(1000), group(25)]))).toThrow(MISBEHAVED);
  expect(() => decodeWantHashes(encodeGroups([]))).toThrow(MISBEHAVED);
});
