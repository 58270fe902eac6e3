import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BLOCK_BYTES,
  HASH_BYTES,
  HEADER_BYTES,
  MAX_META_BYTES,
  NO_HASH,
  PULLER_FRAME,
  readHeader,
  SOURCE_FRAME,
  STATUS,
  writeHeader,
} from './data-frame.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const anyHeader = fc.record({
  kind: fc.nat({ max: 255 }),
  status: fc.nat({ max: 255 }),
  tag: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  metaLength: fc.nat({ max: MAX_META_BYTES }),
  length: fc.nat({ max: BLOCK_BYTES }),
  isCompressed: fc.boolean(),
  hash: fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES }).map((bytes) => Buffer.from(bytes)),
});

test('headers round-trip', () => {
  fc.assert(
    fc.property(anyHeader, (header) => {
      const bytes = Buffer.alloc(HEADER_BYTES);
      writeHeader(bytes, header);
      expect(readHeader(bytes)).toEqual(header);
    }),
  );
});

test('lengths beyond the limits and reserved bits are refused before anything is allocated', () => {
  const valid = { kind: 69, status: 0, tag: 1, metaLength: 0, length: 0, isCompressed: false, hash: NO_HASH };
  const refuse = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.alloc(HEADER_BYTES);
    writeHeader(bytes, valid);
    change(bytes);
    expect(() => readHeader(bytes)).toThrow(MISBEHAVED);
  };
  refuse((bytes) => bytes.writeUInt32BE(MAX_META_BYTES + 1, 8));
  refuse((bytes) => bytes.writeUInt32BE(0xffff_ffff, 8));
  refuse((bytes) => bytes.writeUInt32BE(BLOCK_BYTES + 1, 12));
  refuse((bytes) => bytes.writeUInt8(2, 3));
  refuse((bytes) => bytes.writeUInt8(1, 2));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: HEADER_BYTES, maxLength: HEADER_BYTES }), (bytes) => {
      try {
        const header = readHeader(Buffer.from(bytes));
        expect(header.metaLength).toBeLessThanOrEqual(MAX_META_BYTES);
        expect(header.length).toBeLessThanOrEqual(BLOCK_BYTES);
      } catch (error) {
        expect(error).toMatchObject({ code: 'peer-misbehaved' });
      }
    }),
  );
});

test('numbers of kinds and outcomes are what docs/protocol.md says, for ever', () => {
  expect(PULLER_FRAME).toEqual({
    open: 1,
    list: 2,
    credit: 3,
    wantBlock: 4,
    wantRun: 5,
    wantHash: 6,
    commit: 7,
    wantMatches: 9,
    wantPatch: 10,
    wantSegment: 11,
    wantHashes: 8,
  });
  expect(SOURCE_FRAME).toEqual({
    opened: 65,
    refused: 66,
    page: 67,
    listingEnd: 68,
    block: 69,
    run: 70,
    hash: 71,
    committed: 72,
    times: 73,
    away: 74,
    matches: 76,
    patch: 77,
    segment: 78,
    hashes: 75,
  });
  expect(STATUS).toEqual({ ok: 0, hole: 1, changed: 2, vanished: 3, unreadable: 4 });
});
