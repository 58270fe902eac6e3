import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteName } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  type BlockSums,
  type Copy,
  decodePatch,
  decodeSampleCount,
  decodeWantMatches,
  decodeWantPatch,
  encodePatch,
  encodeSampleCount,
  encodeWantMatches,
  encodeWantPatch,
  MAX_PATCH_BYTES,
  readCopies,
  type WantPatch,
  writeCopies,
} from './data-delta.ts';
import { BLOCK_BYTES } from './data-frame.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const version = { size: 40 * BLOCK_BYTES + 5, mtimeSec: -1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
const path = ['folder' as ByteName, 'file' as ByteName];

const sum = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anySums = fc
  .record({
    exponent: fc.integer({ min: 10, max: 22 }),
    pairs: fc.array(fc.tuple(sum, sum), { minLength: 1 }),
  })
  .map(
    ({ exponent, pairs }): BlockSums => ({
      blockBytes: 2 ** exponent,
      weak: Uint32Array.from(pairs.map(([weak]) => weak)),
      strong: Uint32Array.from(pairs.map(([, strong]) => strong)),
    }),
  );

const SUMS: BlockSums = { blockBytes: 1024, weak: new Uint32Array(4), strong: new Uint32Array(4) };

test('wants for matches round-trip', () => {
  fc.assert(
    fc.property(anySums, fc.boolean(), (sums, isSample) => {
      const want = {
        path,
        version,
        strideBytes: isSample ? sums.blockBytes * 3 : 0,
        offset: 7,
        length: 8,
        sums,
      };
      expect(decodeWantMatches(encodeWantMatches(want))).toEqual(want);
    }),
  );
});

test('wants for patches round-trip', () => {
  fc.assert(
    fc.property(fc.array(fc.option(anySums), { maxLength: 6 }), fc.nat({ max: 30 }), (all, block) => {
      const gaps = all.map((sums, index) => ({ at: index * 5000, length: 3000, sums }));
      const want = {
        path,
        version,
        offset: block * BLOCK_BYTES,
        length: 2 * BLOCK_BYTES,
        isHashed: block % 2 === 0,
        gaps,
      };
      expect(decodeWantPatch(encodeWantPatch(want))).toEqual(want);
    }),
  );
});

/** Copies of blocks of 1 KiB in ascending order. */
const anyCopies = fc
  .array(
    fc.record({
      skip: fc.nat({ max: 5000 }),
      block: fc.nat({ max: 1000 }),
      blocks: fc.integer({ min: 1, max: 20 }),
    }),
  )
  .map((steps): Copy[] => {
    let end = 0;
    return steps.map(({ skip, block, blocks }) => {
      const at = end + skip;
      end = at + blocks * 1024;
      return { at, block, blocks };
    });
  });

const MANY: BlockSums = { blockBytes: 1024, weak: new Uint32Array(2000), strong: new Uint32Array(2000) };

function written(copies: readonly Copy[]): ByteReader {
  const writer = new ByteWriter();
  writeCopies(writer, copies, 1024);
  return new ByteReader(writer.view());
}

test('copies round-trip, a few bytes each', () => {
  fc.assert(
    fc.property(anyCopies, (copies) => {
      const last = copies.at(-1) ?? { at: 0, blocks: 0 };
      expect(readCopies(written(copies), last.at + last.blocks * 1024, MANY)).toEqual(copies);
    }),
  );
});

test('copies that leave the file, or name blocks that nobody has, are refused', () => {
  const read = (copy: Copy, length: number) => () => readCopies(written([copy]), length, SUMS);
  expect(read({ at: 0, block: 3, blocks: 1 }, 1024)).not.toThrow();
  expect(read({ at: 1, block: 3, blocks: 1 }, 1024)).toThrow(MISBEHAVED);
  expect(read({ at: 0, block: 4, blocks: 1 }, 9999)).toThrow(MISBEHAVED);
  expect(read({ at: 0, block: 3, blocks: 2 }, 9999)).toThrow(MISBEHAVED);
  expect(read({ at: 0, block: -1, blocks: 1 }, 9999)).toThrow(MISBEHAVED);
  expect(read({ at: 0, block: 0, blocks: 0 }, 9999)).toThrow(MISBEHAVED);
  // More of them than blocks fit, announced before any is there.
  expect(() => readCopies(new ByteReader(Buffer.from([0xff, 0xff, 0xff, 0x7f])), 9999, SUMS)).toThrow(
    MISBEHAVED,
  );
  // A number without an end.
  expect(() => readCopies(new ByteReader(Buffer.alloc(20, 0xff)), 9999, SUMS)).toThrow(MISBEHAVED);
});

test('whatever comes as copies is refused or lies within the file', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 100_000 }), (bytes, length) => {
      let copies: Copy[];
      try {
        copies = readCopies(new ByteReader(bytes), length, SUMS);
      } catch (error) {
        expect(error).toEqual(MISBEHAVED);
        return;
      }
      let end = 0;
      for (const { at, block, blocks } of copies) {
        expect(at).toBeGreaterThanOrEqual(end);
        end = at + blocks * 1024;
        expect(block).toBeGreaterThanOrEqual(0);
        expect(block + blocks).toBeLessThanOrEqual(4);
      }
      expect(end).toBeLessThanOrEqual(length);
    }),
  );
});

test('sums of blocks without length, of none, or of more than there may be, are refused', () => {
  const body = encodeWantMatches({ path, version, strideBytes: 0, offset: 0, length: 9, sums: SUMS });
  const sumsAt = body.length - SUMS.weak.length * 8 - 5;
  const spoiled = (spoil: (bytes: Buffer) => void) => () => {
    const bytes = Buffer.from(body);
    spoil(bytes);
    return decodeWantMatches(bytes);
  };
  for (const exponent of [0, 1, 9, 23, 31, 64, 255]) {
    expect(spoiled((bytes) => bytes.writeUInt8(exponent, sumsAt))).toThrow(MISBEHAVED);
  }
  for (const count of [0, 5, 65_537, 2 ** 32 - 1]) {
    expect(spoiled((bytes) => bytes.writeUInt32BE(count, sumsAt + 1))).toThrow(MISBEHAVED);
  }
  const tooClose = { path, version, strideBytes: 1023, offset: 0, length: 9, sums: SUMS };
  expect(() => decodeWantMatches(encodeWantMatches(tooClose))).toThrow(MISBEHAVED);
});

test('patches outside of the file, and gaps outside of a patch, are refused', () => {
  const gap = { at: 0, length: 1024, sums: null };
  const decode = (wish: Partial<WantPatch>) => () =>
    decodeWantPatch(
      encodeWantPatch({ path, version, offset: 0, length: BLOCK_BYTES, isHashed: true, gaps: [], ...wish }),
    );
  expect(decode({})).not.toThrow();
  expect(decode({ offset: 40 * BLOCK_BYTES, length: 5 })).not.toThrow();
  for (const wish of [
    { path: [] },
    { offset: 1 },
    { length: 0 },
    { length: 5 },
    { length: MAX_PATCH_BYTES + BLOCK_BYTES },
    { offset: 40 * BLOCK_BYTES },
    { offset: 41 * BLOCK_BYTES },
    { gaps: [{ ...gap, length: 0 }] },
    { gaps: [{ ...gap, at: BLOCK_BYTES - 1023 }] },
    { gaps: [gap, { ...gap, at: 1023 }] },
    { length: 2 * BLOCK_BYTES, gaps: [{ ...gap, at: BLOCK_BYTES - 1 }] },
    {
      length: 2 * BLOCK_BYTES,
      gaps: [
        { ...gap, length: BLOCK_BYTES },
        { ...gap, at: BLOCK_BYTES },
      ],
    },
  ]) {
    expect(decode(wish)).toThrow(MISBEHAVED);
  }
});

test('an answer to a patch round-trips; one that does not add up is refused', () => {
  const want = {
    length: BLOCK_BYTES + 5,
    isHashed: true,
    gaps: [
      { at: 7, length: 5000, sums: SUMS },
      { at: 9000, length: 3, sums: null },
    ],
  };
  const patch = {
    hashes: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)],
    copies: [[{ at: 10, block: 1, blocks: 2 }], []],
  };
  const meta = encodePatch(want, patch);
  expect(decodePatch(meta, want, 5000 - 2048 + 3)).toEqual(patch);
  expect(() => decodePatch(meta, want, 5000 - 2048 + 4)).toThrow(MISBEHAVED);
  expect(() => decodePatch(meta, want, 0)).toThrow(MISBEHAVED);
  expect(() => decodePatch(meta.subarray(1), want, 5000 - 2048 + 3)).toThrow(MISBEHAVED);
  expect(() => decodePatch(Buffer.concat([meta, Buffer.alloc(1)]), want, 5000 - 2048 + 3)).toThrow(
    MISBEHAVED,
  );
});

test('counts of samples round-trip', () => {
  expect(decodeSampleCount(encodeSampleCount({ expected: 128, found: 2 }))).toEqual({
    expected: 128,
    found: 2,
  });
  expect(() => decodeSampleCount(Buffer.alloc(7))).toThrow(MISBEHAVED);
});
