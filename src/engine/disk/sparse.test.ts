import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataPieces } from './sparse.ts';

const PAGE = 4096;

/** A block of zeros with a few bytes here and there. */
const anyBlock = fc
  .record({
    length: fc.integer({ min: 1, max: 20 * PAGE }),
    bytes: fc.array(fc.tuple(fc.nat({ max: 20 * PAGE }), fc.integer({ min: 1, max: 255 })), {
      maxLength: 12,
    }),
  })
  .map(({ length, bytes }) => {
    const block = Buffer.alloc(length);
    for (const [at, value] of bytes) block[at % length] = value;
    return block;
  });

test('the pieces, written over zeros, are the block', () => {
  fc.assert(
    fc.property(anyBlock, (block) => {
      const rebuilt = Buffer.alloc(block.length);
      for (const { start, end } of dataPieces(block)) block.copy(rebuilt, start, start, end);
      expect(rebuilt.equals(block)).toBe(true);
    }),
  );
});

test('pieces are in order, apart, on page borders, and no page of zeros is in them', () => {
  fc.assert(
    fc.property(anyBlock, (block) => {
      let last = -1;
      for (const { start, end } of dataPieces(block)) {
        expect(start).toBeGreaterThan(last);
        expect(start % PAGE).toBe(0);
        expect(end % PAGE === 0 || end === block.length).toBe(true);
        for (let at = start; at < end; at += PAGE) {
          expect(block.subarray(at, Math.min(at + PAGE, end)).some((byte) => byte !== 0)).toBe(true);
        }
        last = end;
      }
    }),
  );
});

test('zeros alone are nothing, data alone is one piece', () => {
  expect(dataPieces(Buffer.alloc(1 << 20))).toEqual([]);
  expect(dataPieces(Buffer.alloc(1 << 20, 1))).toEqual([{ start: 0, end: 1 << 20 }]);
  expect(dataPieces(Buffer.alloc(0))).toEqual([]);
});
