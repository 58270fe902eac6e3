import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteName } from './byte-name.ts';
import type { BlockSums } from './data-delta.ts';
import { BLOCK_BYTES } from './data-frame.ts';
import {
  decodeSegment,
  decodeWantSegment,
  encodeSegment,
  encodeWantSegment,
  MAX_SEGMENT_BYTES,
  searchedFor,
  type WantSegment,
} from './data-segment.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const version = { size: 40 * BLOCK_BYTES + 5, mtimeSec: -1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
const path = ['folder' as ByteName, 'file' as ByteName];
const SUMS: BlockSums = { blockBytes: 32_768, weak: new Uint32Array(4), strong: new Uint32Array(4) };
const WANT: WantSegment = { path, version, offset: BLOCK_BYTES, length: 2 * BLOCK_BYTES, sums: SUMS };

const sum = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anySums = fc
  .record({
    exponent: fc.integer({ min: 10, max: 20 }),
    pairs: fc.array(fc.tuple(sum, sum), { minLength: 1 }),
  })
  .map(
    ({ exponent, pairs }): BlockSums => ({
      blockBytes: 2 ** exponent,
      weak: Uint32Array.from(pairs.map(([weak]) => weak)),
      strong: Uint32Array.from(pairs.map(([, strong]) => strong)),
    }),
  );

test('wants for segments round-trip, with sums and without', () => {
  fc.assert(
    fc.property(fc.option(anySums), fc.nat({ max: 36 }), (sums, block) => {
      const want = { ...WANT, offset: block * BLOCK_BYTES, sums };
      expect(decodeWantSegment(encodeWantSegment(want))).toEqual(want);
    }),
  );
});

test('segments outside of the file, and blocks of sums that are too long, are refused', () => {
  const decode = (wish: Partial<WantSegment>) => () =>
    decodeWantSegment(encodeWantSegment({ ...WANT, ...wish }));
  expect(decode({ offset: 40 * BLOCK_BYTES, length: 5 })).not.toThrow();
  for (const wish of [
    { path: [] },
    { offset: 1 },
    { length: 0 },
    { length: 5 },
    { length: MAX_SEGMENT_BYTES + BLOCK_BYTES },
    { offset: 40 * BLOCK_BYTES },
    { offset: 41 * BLOCK_BYTES },
    { sums: { ...SUMS, blockBytes: 2 * BLOCK_BYTES } },
    { sums: { ...SUMS, blockBytes: 512 } },
  ]) {
    expect(decode(wish)).toThrow(MISBEHAVED);
  }
});

test('what comes for a want is refused or is what was wanted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, isSearched) => {
      const want = { ...WANT, length: BLOCK_BYTES, sums: isSearched ? SUMS : null };
      const { from, to } = searchedFor(want);
      try {
        const segment = decodeSegment(bytes, want);
        expect(segment.hashes).toHaveLength(1);
        for (const { at, block, blocks } of segment.copies) {
          expect(at + blocks * SUMS.blockBytes).toBeLessThanOrEqual(to - from);
          expect(block + blocks).toBeLessThanOrEqual(4);
        }
      } catch (error) {
        expect(error).toEqual(MISBEHAVED);
      }
    }),
  );
});

test('answers round-trip; more or fewer hashes than blocks are refused', () => {
  const hashes = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const copies = [{ at: 10, block: 1, blocks: 2 }];
  const meta = encodeSegment({ hashes, copies }, SUMS.blockBytes);
  expect(decodeSegment(meta, WANT)).toEqual({ hashes, copies });
  const bare = encodeSegment({ hashes, copies: [] }, null);
  expect(decodeSegment(bare, { ...WANT, sums: null })).toEqual({ hashes, copies: [] });
  for (const bytes of [meta.subarray(1), Buffer.concat([meta, Buffer.alloc(1)]), bare]) {
    expect(() => decodeSegment(bytes, WANT)).toThrow(MISBEHAVED);
  }
});
